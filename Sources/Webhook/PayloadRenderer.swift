package import MIME

/// Makes request bodies out of messages.
///
/// There is one a thread; its buffers are kept from one message to the next.
package final class PayloadRenderer {
    private var draft = PayloadDraft()

    /// A renderer with empty buffers.
    package init() {}

    /// The body for `request` and the octets of `source`.
    ///
    /// Throws only what reading them throws.
    package func render(_ request: RenderRequest, source: some OctetSource & Sendable) throws
        -> RenderedPayload
    {
        let message = WholeMessage(trace: request.trace, source: source)
        let body: PayloadBody
        switch request.format {
        case .rfc822: body = try message.body()
        case .transom: body = try Self.write(request, message, into: &draft)
        }
        return RenderedPayload(contentType: request.format.contentType, body: body)
    }

    private static func write(
        _ request: RenderRequest, _ message: WholeMessage, into draft: inout PayloadDraft
    ) throws -> PayloadBody {
        let payload = TransomPayload(request: request, message: message)
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
        guard count > PayloadDraft.memoryLimit else {
            var octets: [UInt8] = []
            octets.reserveCapacity(count)
            try forEachPiece { piece in
                for index in piece.indices { octets.append(piece[index]) }
            }
            return .memory(octets)
        }
        return .stream(
            PayloadStream(frame: [], inserts: [PayloadInsert(offset: 0, length: count, content: self)]))
    }
}
