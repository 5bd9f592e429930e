import Cryptography
import Testing

@Suite struct Base64Tests {
    /// RFC 4648 §10.
    static let vectors = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]

    @Test(arguments: vectors)
    func `text and encoding are those of RFC 4648`(text: String, encoding: String) {
        #expect(Base64.text(Array(text.utf8)) == encoding)
        #expect(Base64.decode(encoding.utf8) == Array(text.utf8))
    }

    @Test(arguments: 0..<70)
    func `every octet and every length comes back`(count: Int) {
        let octets = (0..<count * 4).map { UInt8(truncatingIfNeeded: $0) }
        let encoding = Base64.encode(octets)
        #expect(encoding.count == Base64.encodedCount(octets.count))
        #expect(Base64.decode(encoding) == octets)
        #expect(Base64.decode(encoding.filter { $0 != UInt8(ascii: "=") }) == octets)
    }

    @Test(arguments: [
        "A", "AAAAA", "Zh==", "Zm9=", "Zg=", "Zg===", "Z g==", "Zg==\n", "Zg-_", "=", "====", "Zg==Zg==",
    ])
    func `what is not canonical is refused`(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test func `an encoding is the same however its octets are cut`() {
        let octets = (0..<50).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        var encoder = Base64Encoder()
        for first in 0...octets.count {
            for second in first...octets.count {
                var output: [UInt8] = []
                for piece in [octets[..<first], octets[first..<second], octets[second...]] {
                    encoder.encode(Array(piece).span, into: &output)
                }
                encoder.finish(into: &output)
                #expect(output == Base64.encode(octets))
            }
        }
    }
}
