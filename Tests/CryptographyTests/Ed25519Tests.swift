import Cryptography
import Testing

@Suite struct Ed25519Tests {
    /// RFC 8032 §7.1, tests 1 to 3.
    @Test(
        arguments: [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", [],
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", [0x72],
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", [0xAF, 0x82],
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
            ),
        ] as [(String, [UInt8], String, String)])
    func `keys and signatures are those of RFC 8032`(
        seed: String, message: [UInt8], publicKey: String, signature: String
    ) throws {
        let key = try #require(Ed25519PrivateKey(seed: octets(seed)))
        #expect(hexadecimal(key.publicKey) == publicKey)
        #expect(hexadecimal(key.sign(message)) == signature)
        let verifier = try #require(Ed25519PublicKey(octets(publicKey)))
        #expect(verifier.isValid(octets(signature), for: message))
        #expect(!verifier.isValid(octets(signature), for: message + [0]))
        for index in [0, 31, 32, 63] {
            var changed = octets(signature)
            changed[index] ^= 1
            #expect(!verifier.isValid(changed, for: message))
        }
    }

    @Test(arguments: UInt8(0)..<60)
    func `a message in pieces has the signature of the whole`(number: UInt8) throws {
        let seed = number < 2 ? [UInt8](repeating: number &- 1, count: 32) : MessageDigest.of([number])
        let key = try #require(Ed25519PrivateKey(seed: seed))
        let message = (0..<Int(number) * 5).map { UInt8(truncatingIfNeeded: $0 &* 11) }
        var passes = 0
        let signature = key.sign { digest in
            passes += 1
            for octet in message { digest.update([octet]) }
        }
        #expect(signature == key.sign(message))
        #expect(passes == 2)
    }

    @Test func `keys and signatures of another size are refused`() throws {
        #expect(Ed25519PrivateKey(seed: [1, 2, 3]) == nil)
        #expect(Ed25519PublicKey([UInt8](repeating: 0, count: 33)) == nil)
        let key = try #require(Ed25519PublicKey([UInt8](repeating: 0xFF, count: 32)))
        #expect(!key.isValid([], for: []))
        #expect(!key.isValid([UInt8](repeating: 0, count: 64), for: []))
    }
}

/// The octets of lower-case hexadecimal digits.
func octets(_ digits: String) -> [UInt8] {
    let values = digits.utf8.map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x57 }
    return stride(from: 0, to: values.count - 1, by: 2).map { values[$0] << 4 | values[$0 + 1] }
}
