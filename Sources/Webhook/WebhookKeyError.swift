import Cryptography

/// Why a text is no key for webhook signatures.
package enum WebhookKeyError: Error, Equatable {
    /// It does not begin with `prefix`.
    case missingPrefix(prefix: String)
    /// What follows the prefix is not base64.
    case notBase64
    /// The base64 holds `octets` octets; `allowed` says how many it may.
    case wrongSize(octets: Int, allowed: String)
    /// The second half of a 64-octet signing key is not the public key of its first half.
    case publicKeyMismatch
}

extension WebhookKeyError: CustomStringConvertible {
    /// What is wrong, without any part of the key.
    package var description: String {
        switch self {
        case .missingPrefix(let prefix): "the key does not begin with \(prefix)"
        case .notBase64: "what follows the prefix is not base64"
        case .wrongSize(let octets, let allowed): "the key has \(octets) octets, not \(allowed)"
        case .publicKeyMismatch: "the public half of the key does not belong to its private half"
        }
    }
}

/// The octets that `text` holds in base64 after `prefix`.
func decodeKey(_ text: String, prefix: String) throws(WebhookKeyError) -> [UInt8] {
    guard text.hasPrefix(prefix) else { throw .missingPrefix(prefix: prefix) }
    guard let key = Base64.decode(text.utf8.dropFirst(prefix.utf8.count)) else { throw .notBase64 }
    return key
}
