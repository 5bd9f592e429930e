import Mail
import Spool

extension ControlAPI {
    /// `GET /api/v1/messages`, `…/ID`, `…/ID/raw`, `…/ID/session`.
    func messages(_ path: [String], _ request: ControlRequest) async throws -> ControlResponse {
        switch (path.count, path.last) {
        case (0, _): return try await listMessages(request)
        case (1, _): return try await showMessage(try messageID(path[0]))
        case (2, "raw"): return try await rawMessage(try messageID(path[0]))
        case (2, "session"): return try await session(of: try messageID(path[0]))
        default: throw ControlError.notFound("there is no \(request.path)")
        }
    }

    private func listMessages(_ request: ControlRequest) async throws -> ControlResponse {
        let (before, limit) = (try request.query["before"].map(messageID), try limit(of: request))
        let filter = MessageFilter(from: request.query["from"], to: request.query["to"])
        let view = { @Sendable (summary: MessageSummary, head: [UInt8]) in
            MessageView(summary, subject: MessageSubject.read(from: head))
        }
        guard !filter.isEmpty else {
            let all = try await spool.messages(
                limit: limit, before: before, window: MessageSubject.window, view)
            return .json(MessageListView(messages: all))
        }
        let page = try await spool.messages(
            matching: filter, limit: limit, before: before, window: MessageSubject.window, view)
        return .json(
            MessageListView(messages: page.views, searchedTo: page.searchedTo.map { "\($0)" }))
    }

    private func showMessage(_ id: MessageID) async throws -> ControlResponse {
        guard let details = try await spool.message(id) else {
            throw ControlError.notFound("there is no message \(id)")
        }
        return .json(MessageDetailsView(details, subject: await subject(of: id)))
    }

    private func rawMessage(_ id: MessageID) async throws -> ControlResponse {
        guard let message = try await spool.stored(id) else {
            throw ControlError.notFound("there is no message \(id)")
        }
        return ControlResponse(
            status: 200, contentType: "message/rfc822", body: .message(try OutgoingMessage(message)))
    }

    private func session(of id: MessageID) async throws -> ControlResponse {
        guard let details = try await spool.message(id) else {
            throw ControlError.notFound("there is no message \(id)")
        }
        guard let transcript = details.transcript else {
            throw ControlError.notFound("the SMTP dialogue of \(id) was not kept")
        }
        return ControlResponse(
            status: 200, contentType: "text/plain; charset=utf-8", body: .octets(transcript))
    }

    /// The subject is not stored: it is read out of the message when somebody looks.
    private func subject(of id: MessageID) async -> String? {
        guard let message = try? await spool.stored(id),
            let head = try? message.octets.open().head(MessageSubject.window)
        else { return nil }
        return MessageSubject.read(from: head)
    }
}

extension ControlAPI {
    /// How many entries a list has where nothing is said.
    static let standardLimit = 50
    /// The most entries of one answer.
    static let largestLimit = 1000

    func messageID(_ text: String) throws(ControlError) -> MessageID {
        guard let id = MessageID(text) else {
            throw .badRequest("\(text) is not a message id (msg_ and 26 characters)")
        }
        return id
    }

    func deliveryID(_ text: String) throws(ControlError) -> DeliveryID {
        guard let id = DeliveryID(text) else { throw .badRequest("\(text) is not a delivery id (dlv_…_1)") }
        return id
    }

    func limit(of request: ControlRequest) throws(ControlError) -> Int {
        guard let text = request.query["limit"] else { return Self.standardLimit }
        guard let limit = Int(text), (1...Self.largestLimit).contains(limit) else {
            throw .badRequest("limit is a number from 1 to \(Self.largestLimit)")
        }
        return limit
    }
}
