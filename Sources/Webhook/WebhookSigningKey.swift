import Cryptography

/// The private key of a `v1a` signature: `whsk_` and the base64 of 32 octets (the seed) or 64 (with the public key).
package struct WebhookSigningKey: Sendable {
    /// What the text begins with.
    package static let prefix = "whsk_"

    /// The key that signs.
    let privateKey: Ed25519PrivateKey
    private let seed: [UInt8]

    /// The key written as `text`.
    package init(_ text: String) throws(WebhookKeyError) {
        let octets = try decodeKey(text, prefix: Self.prefix)
        let size = Ed25519PrivateKey.seedSize
        guard octets.count == size || octets.count == size + Ed25519PublicKey.size,
            let key = Ed25519PrivateKey(seed: Array(octets.prefix(size)))
        else { throw .wrongSize(octets: octets.count, allowed: "32 or 64") }
        guard octets.count == size || Array(octets[size...]) == key.publicKey else {
            throw .publicKeyMismatch
        }
        privateKey = key
        seed = Array(octets.prefix(size))
    }

    /// The key in its form of 64 octets.
    package var text: String { Self.prefix + Base64.text(seed + privateKey.publicKey) }

    /// The public key as receivers are given it.
    package var publicText: String { WebhookPublicKey.prefix + Base64.text(privateKey.publicKey) }
}

/// The public key of a `v1a` signature: `whpk_` and the base64 of 32 octets.
package struct WebhookPublicKey: Equatable, Sendable {
    /// What the text begins with.
    package static let prefix = "whpk_"

    /// The key that verifies.
    let publicKey: Ed25519PublicKey

    /// The key written as `text`.
    package init(_ text: String) throws(WebhookKeyError) {
        let octets = try decodeKey(text, prefix: Self.prefix)
        guard let key = Ed25519PublicKey(octets) else {
            throw .wrongSize(octets: octets.count, allowed: "32")
        }
        publicKey = key
    }
}
