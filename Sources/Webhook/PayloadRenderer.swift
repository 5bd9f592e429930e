package import MIME
import Mail

/// Makes request bodies out of messages.
///
/// There is one a thread; its buffers are kept from one message to the next.
package final class PayloadRenderer {
    private let parser = MessageParser()
    private var draft = PayloadDraft()

    /// A renderer with empty buffers.
    package init() {}

    /// The body for `request` and the octets of `source`.
    ///
    /// Throws only what reading them throws.
    package func render(_ request: RenderRequest, source: some OctetSource) throws -> RenderedPayload {
        let message = WholeMessage(trace: request.trace, source: source)
        let body =
            switch request.format {
            case .rfc822: try message.body()
            case .transom: try write(request, message, parser.parse(source))
            }
        return RenderedPayload(contentType: request.format.contentType, body: body)
    }

    /// The body that a webhook would get for the octets of `source`, as `transom parse` prints it.
    ///
    /// Throws only what reading them throws.
    package func render(_ request: ParseRequest, source: some OctetSource) throws -> RenderedPayload {
        let message = WholeMessage(trace: [], source: source)
        guard request.format == .transom else {
            return RenderedPayload(contentType: request.format.contentType, body: try message.body())
        }
        let parsed = try parser.parse(source)
        let request = RenderRequest(
            request, mailFrom: request.mailFrom ?? parsed.returnPath, sha256: try draft.sha256(of: message))
        return RenderedPayload(
            contentType: request.format.contentType, body: try write(request, message, parsed))
    }

    private func write(
        _ request: RenderRequest, _ message: WholeMessage, _ parsed: ParsedMessage
    ) throws -> PayloadBody {
        let payload = TransomPayload(request: request, message: message, parsed: parsed)
        do {
            try payload.write(into: &draft)
            return draft.finish()
        } catch {
            draft.reset()
            throw error
        }
    }
}

extension WholeMessage {
    /// The message as a body of its own.
    fileprivate func body() throws -> PayloadBody {
        guard count <= PayloadDraft.memoryLimit else {
            return .stream(
                PayloadStream(frame: [], inserts: [PayloadInsert(offset: 0, length: count, content: self)]))
        }
        var octets: [UInt8] = []
        octets.reserveCapacity(count)
        var reader = WholeMessagePull(self)
        while try reader.next(into: &octets) {}
        return .memory(octets)
    }
}

extension ParsedMessage {
    /// The address in Return-Path; empty without one.
    fileprivate var returnPath: String {
        guard let field = firstField(.returnPath, of: root) else { return "" }
        var log = DefectLog()
        return addresses(of: field, defects: &log).mailboxes.first?.address ?? ""
    }
}

extension RenderRequest {
    /// The request that a `ParseRequest` stands for: no trace fields, no routes, an id of zeros.
    fileprivate init(_ request: ParseRequest, mailFrom: String, sha256: [UInt8]) {
        let envelope = Envelope(
            mailFrom: mailFrom, recipients: request.recipients, listener: ParseRequest.listener,
            helo: request.helo,
            remoteIP: request.remoteIP)
        self.init(
            id: .zero, receivedAt: request.now, envelope: envelope,
            recipients: request.recipients.indices.map {
                RoutedRecipient(recipient: $0, route: "", captures: [])
            },
            trace: [], receivedSHA256: sha256, format: request.format, raw: request.raw)
    }
}
