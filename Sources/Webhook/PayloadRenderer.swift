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
    /// Throws only what reading them throws; the renderer is as good as new then.
    package func render(_ request: RenderRequest, source: some OctetSource) throws -> RenderedPayload {
        let message = WholeMessage(trace: request.trace, source: source)
        return try rendered(request.format, message) { parsed, draft in
            try TransomPayload(request: request, message: message, parsed: parsed).write(into: &draft)
        }
    }

    /// The body that a webhook would get for the octets of `source`, as `transom parse` prints it.
    ///
    /// Throws only what reading them throws; the renderer is as good as new then.
    package func render(_ request: ParseRequest, source: some OctetSource) throws -> RenderedPayload {
        let message = WholeMessage(trace: [], source: source)
        return try rendered(request.format, message) { parsed, draft in
            let request = RenderRequest(
                request, mailFrom: request.mailFrom ?? parsed.returnPath,
                sha256: try draft.sha256(of: message))
            try TransomPayload(request: request, message: message, parsed: parsed).write(into: &draft)
        }
    }

    /// The body in `format`; `write` writes it where it is made from the parsed message.
    private func rendered(
        _ format: PayloadFormat, _ message: WholeMessage,
        by write: (ParsedMessage, inout PayloadDraft) throws -> Void
    ) throws -> RenderedPayload {
        switch format {
        case .rfc822:
            return RenderedPayload(contentType: format.contentType, body: try message.body())
        case .transom:
            do {
                try write(try parser.parse(message.source), &draft)
                return RenderedPayload(contentType: format.contentType, body: draft.finish())
            } catch {
                draft.abandon()
                throw error
            }
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
