import Cryptography
package import Mail

/// Signs requests as Standard Webhooks 1.0.0 has it, with `v1` (HMAC-SHA-256) and, by option, `v1a` (Ed25519).
///
/// What is signed is `id.timestamp.body`, where the timestamp is the attempt's in whole seconds. While a secret
/// rotates every one of them signs, so that the receiver may change over at any moment. The contexts of the HMACs
/// are kept, so there is one signer an endpoint, for one thread.
package final class StandardWebhooks {
    private let codes: [KeyedCode]
    private let signingKey: WebhookSigningKey?
    private var window: [UInt8] = []

    /// A signer with `secrets`, the newest first, and `signingKey` where `v1a` is wanted.
    package init(secrets: [WebhookSecret], signingKey: WebhookSigningKey? = nil) {
        codes = secrets.map { KeyedCode($0) }
        self.signingKey = signingKey
    }

    /// The three headers of an attempt at `timestamp` to deliver `body` under `id`.
    ///
    /// A stream is read from its beginning and left there. Throws what reading it throws.
    package func headers(
        id: String, timestamp: Timestamp, body: PayloadBody
    ) throws -> [(name: String, value: String)] {
        let seconds = String(timestamp.seconds)
        let prefix = Array("\(id).\(seconds).".utf8)
        return [
            ("webhook-id", id), ("webhook-timestamp", seconds),
            ("webhook-signature", try signatures(prefix: prefix, body: body)),
        ]
    }

    /// The value of `webhook-signature` for `prefix` and `body`: one item a key, separated by blanks.
    private func signatures(prefix: [UInt8], body: PayloadBody) throws -> String {
        for code in codes { code.hmac.update(prefix) }
        do {
            try forEachPiece(of: body) { piece in
                for code in codes { code.hmac.update(piece) }
            }
        } catch {
            for code in codes { _ = code.hmac.finish() }
            throw error
        }
        var items = codes.map { "v1," + Base64.text($0.hmac.finish()) }
        if let key = signingKey?.privateKey {
            let signature = try key.sign { digest in
                digest.update(prefix)
                try self.forEachPiece(of: body) { piece in digest.update(piece) }
            }
            items.append("v1a," + Base64.text(signature))
        }
        return items.joined(separator: " ")
    }

    private func forEachPiece(of body: PayloadBody, _ use: (Span<UInt8>) -> Void) throws {
        switch body {
        case .memory(let octets):
            use(octets.span)
        case .stream(let stream):
            if window.isEmpty { window = [UInt8](repeating: 0, count: PayloadStream.windowSize) }
            defer { stream.rewind() }
            while true {
                let count = try unsafe window.withUnsafeMutableBytes { buffer in
                    try unsafe stream.next(into: buffer)
                }
                guard count > 0 else { return }
                use(window.span.extracting(0..<count))
            }
        }
    }
}

/// An HMAC in a place where several may be kept.
private final class KeyedCode {
    var hmac: HMACSHA256

    init(_ secret: WebhookSecret) {
        hmac = HMACSHA256(key: secret.key)
    }
}
