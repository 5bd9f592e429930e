import COpenSSL

/// A private key for Ed25519 (RFC 8032).
@safe  // The key is made in `init`, freed in `deinit` and never changed.
package final class Ed25519PrivateKey {
    /// Octets of the seed from which the key is made.
    package static let seedSize = 32

    /// The 32 octets by which others verify.
    package let publicKey: [UInt8]
    /// The octets the key is made from.
    let seed: [UInt8]
    private let key: OpaquePointer

    /// The key made from `seed`; `nil` unless it has 32 octets.
    package init?(seed: [UInt8]) {
        guard seed.count == Self.seedSize,
            let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count)
        else { return nil }
        var publicKey = [UInt8](repeating: 0, count: Ed25519PublicKey.size)
        var count = publicKey.count
        let isDone = unsafe EVP_PKEY_get_raw_public_key(key, &publicKey, &count)
        precondition(isDone == 1 && count == Ed25519PublicKey.size, "OpenSSL could not derive a public key")
        unsafe self.key = key
        self.publicKey = publicKey
        self.seed = seed
    }

    deinit { unsafe EVP_PKEY_free(key) }

    /// The signature of `message`, 64 octets; the same for the same message every time.
    package func sign(_ message: [UInt8]) -> [UInt8] {
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: Ed25519PublicKey.signatureSize)
        var count = signature.count
        let isDone =
            unsafe EVP_DigestSignInit(context, nil, nil, nil, key) == 1
            && EVP_DigestSign(context, &signature, &count, message, message.count) == 1
        precondition(isDone, "OpenSSL could not sign")
        return signature
    }
}

/// OpenSSL counts references to a key atomically and only reads it when it signs.
extension Ed25519PrivateKey: @unchecked Sendable {}

/// A public key for Ed25519 (RFC 8032).
package struct Ed25519PublicKey: Equatable, Sendable {
    /// Octets of a public key.
    package static let size = 32
    /// Octets of a signature.
    package static let signatureSize = 64

    /// The key's 32 octets.
    package let octets: [UInt8]

    /// The key of `octets`; `nil` unless there are 32.
    package init?(_ octets: [UInt8]) {
        guard octets.count == Self.size else { return nil }
        self.octets = octets
    }

    /// Whether `signature` is this key's for `message`.
    package func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        guard let key = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, octets, octets.count) else {
            return false
        }
        let context = unsafe EVP_MD_CTX_new()
        defer {
            unsafe EVP_MD_CTX_free(context)
            unsafe EVP_PKEY_free(key)
            ERR_clear_error()
        }
        return unsafe EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}
