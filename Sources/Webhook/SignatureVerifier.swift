import Cryptography
package import Mail

/// Checks the signature of a webhook as its receiver should.
package struct SignatureVerifier: Sendable {
    /// How far the timestamp may lie from now; every reference library has five minutes.
    package static let standardTolerance = Duration.seconds(300)

    private enum Key: Sendable {
        case secret(WebhookSecret)
        case publicKey(Ed25519PublicKey)
    }

    private let key: Key

    /// A verifier for `whsec_…` (with or without the prefix), `whpk_…` or `whsk_…`.
    package init(key text: String) throws(WebhookKeyError) {
        if text.hasPrefix(WebhookPublicKey.prefix) {
            key = .publicKey(try WebhookPublicKey(text).publicKey)
        } else if text.hasPrefix(WebhookSigningKey.prefix) {
            let signingKey = try WebhookSigningKey(text)
            key = .publicKey(try WebhookPublicKey(signingKey.publicText).publicKey)
        } else {
            let isPrefixed = text.hasPrefix(WebhookSecret.prefix)
            key = .secret(try WebhookSecret(isPrefixed ? text : WebhookSecret.prefix + text))
        }
    }

    /// Why `signatures` (the value of `webhook-signature`) does not hold for the other three; `nil` when it does.
    package func flaw(
        id: String, timestamp: String, signatures: String, body: [UInt8], now: Timestamp,
        tolerance: Duration = SignatureVerifier.standardTolerance
    ) -> SignatureFlaw? {
        guard let seconds = Int64(timestamp), timestamp.utf8.first != UInt8(ascii: "+"),
            let instant = Timestamp(seconds: seconds)
        else { return .timestampUnreadable }
        let age = now - instant
        if age >= tolerance + .seconds(1) { return .timestampTooOld(age: age, tolerance: tolerance) }
        if age < .zero - tolerance { return .timestampTooNew(ahead: .zero - age, tolerance: tolerance) }
        let items = signatures.split(separator: " ").filter { $0.hasPrefix(version + ",") }
        guard !items.isEmpty else { return .versionMissing(version: version) }
        let content = Array("\(id).\(timestamp).".utf8) + body
        let isValid = items.contains { item in
            guard let signature = Base64.decode(item.utf8.dropFirst(version.utf8.count + 1)) else {
                return false
            }
            return isSignature(signature, of: content)
        }
        return isValid ? nil : .mismatch(tried: items.count)
    }

    private var version: String {
        switch key {
        case .secret: "v1"
        case .publicKey: "v1a"
        }
    }

    private func isSignature(_ signature: [UInt8], of content: [UInt8]) -> Bool {
        switch key {
        case .publicKey(let key):
            return key.isValid(signature, for: content)
        case .secret(let secret):
            var hmac = HMACSHA256(key: secret.key)
            hmac.update(content)
            return equalInConstantTime(signature, hmac.finish())
        }
    }
}

/// Why a webhook's signature does not hold.
package enum SignatureFlaw: Equatable, Sendable {
    /// The timestamp is no whole number of seconds.
    case timestampUnreadable
    /// The timestamp lies further back than is tolerated.
    case timestampTooOld(age: Duration, tolerance: Duration)
    /// The timestamp lies further ahead than is tolerated.
    case timestampTooNew(ahead: Duration, tolerance: Duration)
    /// There is no signature of the version that belongs to the key.
    case versionMissing(version: String)
    /// None of the signatures fits: another key, or another id, timestamp or body.
    case mismatch(tried: Int)
}

extension SignatureFlaw: CustomStringConvertible {
    /// One sentence for whoever debugs a receiver.
    package var description: String {
        switch self {
        case .timestampUnreadable:
            "the timestamp is not a whole number of seconds since 1970"
        case .timestampTooOld(let age, let tolerance):
            "the timestamp is \(age.components.seconds) s old; \(tolerance.components.seconds) s are tolerated"
        case .timestampTooNew(let ahead, let tolerance):
            "the timestamp is \(ahead.components.seconds) s ahead; \(tolerance.components.seconds) s are tolerated"
        case .versionMissing(let version):
            "there is no \(version) signature, which is the version of this key"
        case .mismatch(let tried):
            "none of the \(tried) signatures fits: another key, or the id, timestamp or body was changed"
        }
    }
}

extension Timestamp {
    /// The instant `seconds` after 1970; `nil` when that is out of range.
    fileprivate init?(seconds: Int64) {
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return nil }
        self.init(milliseconds: milliseconds)
    }
}
