import Cryptography

/// The secret an endpoint shares with us: `whsec_` and the base64 of 24 to 64 octets.
package struct WebhookSecret: Equatable, Sendable {
    /// What the text begins with.
    package static let prefix = "whsec_"
    /// How many octets a secret may have, by Standard Webhooks 1.0.0.
    package static let sizes = 24...64

    /// The octets that are the key of the HMAC.
    package let key: [UInt8]

    /// The secret written as `text`.
    package init(_ text: String) throws(WebhookKeyError) {
        let key = try decodeKey(text, prefix: Self.prefix)
        guard Self.sizes.contains(key.count) else {
            throw .wrongSize(octets: key.count, allowed: "24 to 64")
        }
        self.key = key
    }

    private init(key: [UInt8]) {
        self.key = key
    }

    /// A new secret of 32 random octets.
    package static func generate() -> WebhookSecret {
        WebhookSecret(key: SecureRandom.bytes(32))
    }

    /// The secret as it is written in a configuration; always padded, because not every receiver's library copes without.
    package var text: String { Self.prefix + Base64.text(key) }
}
