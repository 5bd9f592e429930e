package import HTTPTransfer
import MIME
package import Mail
import Routing
package import Webhook

extension EndpointOptions {
    /// Which addresses it may have: the operator's own literal host is allowed like `allow_private`.
    package var egress: EgressPolicy {
        EgressPolicy(
            allowsRestricted: allowsPrivate || EgressPolicy.isNamedLiterally(in: url.render([])))
    }

    /// The header of a request: ours first; the operator may replace what describes it, never what identifies or signs it.
    func headers(
        contentType: String, userAgent: String, signed: [(name: String, value: String)], captures: [Capture],
        attempt: Int
    ) -> [(name: String, value: String)] {
        var fields = [(name: "content-type", value: contentType), (name: "user-agent", value: userAgent)]
        for (name, template) in headers {
            let name = asciiLowercased(name)
            guard !name.hasPrefix("webhook-"), name != "transom-attempt" else { continue }
            fields.removeAll { $0.name == name }
            fields.append((name, template.render(captures)))
        }
        fields += signed
        fields.append(("transom-attempt", String(attempt)))
        return fields
    }

    /// Its URL, with the word `test` for captures.
    package var sampleURL: String { url.render(sampleCaptures) }

    private var sampleCaptures: [Capture] {
        Set(url.names + headers.flatMap(\.value.names)).sorted().map { Capture(name: $0, value: "test") }
    }

    /// A request with a message that is in no spool, signed and formed as all others: for `transom endpoints test`.
    ///
    /// Captures that its URL or headers use are the word `test`.
    package func sample(
        _ message: RenderRequest, octets: [UInt8], id: String, now: Timestamp, userAgent: String
    ) throws -> Transfer {
        var request = message
        (request.format, request.raw) = (format, raw)
        let payload = try PayloadRenderer().render(request, source: MemorySource(octets))
        let captures = sampleCaptures
        let signer = StandardWebhooks(secrets: secrets, signingKey: signingKey)
        guard case .memory(let body) = payload.body else {
            preconditionFailure("a sample has a few hundred octets")
        }
        return Transfer(
            token: 0, url: sampleURL,
            headers: self.headers(
                contentType: payload.contentType, userAgent: userAgent,
                signed: try signer.headers(id: id, timestamp: now, body: payload.body), captures: captures,
                attempt: 1),
            body: .memory(body), timeout: timeout, egress: egress, caFile: caFile)
    }
}
