import Cryptography
import Testing

@Suite struct DigestTests {
    @Test(
        arguments: [
            (.md5, "900150983cd24fb0d6963f7d28e17f72"),
            (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                .sha512,
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            ),
        ] as [(MessageDigest.Algorithm, String)])
    func `each algorithm gives the digest its standard publishes`(
        algorithm: MessageDigest.Algorithm, digest: String
    ) {
        #expect(hexadecimal(MessageDigest.of(Array("abc".utf8), algorithm)) == digest)
    }

    @Test func `a digest is the same however its text is cut`() {
        let text = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let whole = MessageDigest.of(text)
        var digest = MessageDigest(.sha256)
        for cut in 0...text.count {
            digest.update(Array(text[..<cut]))
            digest.update(Array(text[cut...]))
            #expect(digest.finish() == whole)
        }
    }

    @Test func `a digest of nothing is the digest of the empty text`() {
        #expect(
            hexadecimal(MessageDigest.of([]))
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    /// RFC 4231 §4.3 and §4.7.
    @Test(
        arguments: [
            (
                Array("Jefe".utf8), "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131),
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ] as [([UInt8], String, String)])
    func `an HMAC is as RFC 4231 has it, again and again`(key: [UInt8], text: String, code: String) {
        var hmac = HMACSHA256(key: key)
        for cut in 0...text.utf8.count {
            hmac.update(Array(text.utf8.prefix(cut)))
            hmac.update(Array(text.utf8.dropFirst(cut)))
            #expect(hexadecimal(hmac.finish()) == code)
        }
    }

    @Test func `octets are compared as a whole`() {
        #expect(equalInConstantTime([1, 2, 3], [1, 2, 3]))
        #expect(!equalInConstantTime([1, 2, 3], [1, 2, 4]))
        #expect(!equalInConstantTime([1, 2, 3], [1, 2]))
        #expect(equalInConstantTime([], []))
    }

    @Test func `random octets are as many as asked for and differ`() {
        #expect(SecureRandom.bytes(32).count == 32)
        #expect(SecureRandom.bytes(32) != SecureRandom.bytes(32))
        #expect(SecureRandom.bytes(0).isEmpty)
    }
}

/// `octets` as lower-case hexadecimal digits.
func hexadecimal(_ octets: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: octets.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
