import Admin
import Foundation
import Logging
import Mail
import Spool
import Synchronization
import TestSupport

/// The API over a spool in a folder of its own, with or without a bridge that runs on it.
final class ControlDesk: Sendable {
    let folder: String
    let spool: MessageSpool
    let bridge: ScriptedBridge?
    let api: ControlAPI
    private let commits = CommitLog()

    init(hasBridge: Bool = true) throws {
        var template = Array("/tmp/transom-admin-XXXXXX".utf8CString)
        _ = unsafe mkdtemp(&template)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        spool = try MessageSpool.open(
            at: folder + "/spool", options: SpoolOptions(minimumFree: ByteCount(0)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        bridge = hasBridge ? ScriptedBridge() : nil
        api = ControlAPI(spool: spool, bridge: bridge)
    }

    /// Runs `body` with a desk and closes it.
    static func with(hasBridge: Bool = true, _ body: (ControlDesk) async throws -> Void) async throws {
        let desk = try ControlDesk(hasBridge: hasBridge)
        do {
            try await body(desk)
        } catch {
            await desk.close()
            throw error
        }
        await desk.close()
    }

    private func close() async {
        await spool.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    static let trace = "Received: by test\r\n"

    /// Stores `text` with a delivery to each of `endpoints`.
    @discardableResult
    func store(
        _ text: String = "Subject: hello\r\n\r\nworld\r\n", to endpoints: String..., refusing: Bool = false,
        transcript: String? = nil
    ) async -> MessageID {
        let id = spool.mintID()
        let body = spool.makeBody(for: id) {}
        unsafe Array(text.utf8).withUnsafeBytes { unsafe body.append($0) }
        let people = ["ann", "bob"].map {
            Recipient(address: "\($0)@hooks.test", local: $0, tag: nil, domain: "hooks.test")
        }
        let message = NewMessage(
            id: id, receivedAt: WallClock.now(),
            envelope: Envelope(
                mailFrom: "sender@example.org", recipients: people, listener: "mx", helo: "mail.example.org",
                remoteIP: "192.0.2.7"),
            refused: refusing
                ? [RefusedRecipient(recipient: 1, route: "later", text: "550 5.1.1 No such mailbox")] : [],
            trace: Array(Self.trace.utf8), body: body,
            deliveries: endpoints.map {
                NewDelivery(
                    endpoint: $0, recipients: [RoutedRecipient(recipient: 0, route: "all", captures: [])])
            }, transcript: transcript.map { Array($0.utf8) })
        await commits.accept(message, into: spool)
        return id
    }

    /// What the API answers.
    func ask(
        _ method: ControlRequest.Method, _ path: String, _ query: [String: String] = [:], body: String = ""
    ) async throws -> Answer {
        let request = ControlRequest(method, path, query: query, body: Array(body.utf8))
        return try Answer(await api.respond(to: request))
    }
}

/// An answer of the API, read to its end.
struct Answer {
    let status: Int
    let contentType: String
    let octets: [UInt8]
    /// The largest piece in which it came.
    private(set) var largestPiece = 0

    init(_ response: ControlResponse) throws {
        (status, contentType) = (response.status, response.contentType)
        switch response.body {
        case .octets(let octets): self.octets = octets
        case .message(let message):
            var (octets, pieces): ([UInt8], OutgoingMessage.Pieces) = ([], message.pieces)
            while let piece = try pieces.next() {
                largestPiece = max(largestPiece, piece.count)
                octets += piece
            }
            self.octets = octets
        }
    }

    var text: String { String(decoding: octets, as: UTF8.self) }

    /// The answer as JSON.
    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(octets)) as? [String: Any]) ?? [:]
    }

    /// The maps in its list called `name`.
    func list(_ name: String) -> [[String: Any]] { json[name] as? [[String: Any]] ?? [] }

    /// What went wrong, in the API's words.
    var error: String { json["error"] as? String ?? "" }
}

/// A bridge that does as a test says, and remembers what it was asked.
final class ScriptedBridge: BridgeControl {
    private let state = Mutex(State())

    private struct State {
        var problems: [String] = []
        var names = ["app"]
        var asked: [String] = []
    }

    var asked: [String] { state.withLock(\.asked) }

    /// Its endpoints.
    var names: [String] {
        get { state.withLock(\.names) }
        set { state.withLock { $0.names = newValue } }
    }

    var problems: [String] {
        get { state.withLock(\.problems) }
        set { state.withLock { $0.problems = newValue } }
    }

    func reload() async -> ReloadReport {
        note("reload")
        return ReloadReport(applied: false, lines: ["smtp: no"])
    }

    func endpoints() async throws -> [EndpointView] {
        try names.map { name in
            try JSONDecoder().decode(
                EndpointView.self,
                from: Data(#"{"name": "\#(name)", "state": "healthy", "inFlight": 2}"#.utf8))
        }
    }

    func certificates() async -> [CertificateView] {
        [CertificateView(file: "/etc/mx.pem", expiresAt: Timestamp(milliseconds: 1_893_456_000_999))]
    }

    func pause(_ endpoint: String) async throws { note("pause \(endpoint)") }
    func resume(_ endpoint: String) async throws { note("resume \(endpoint)") }
    func wake() { note("wake") }

    private func note(_ what: String) { state.withLock { $0.asked.append(what) } }
}
