import Delivery
import Foundation
import HTTPTransfer
import Logging
import Mail
import Routing
import Spool
import Synchronization
import Telemetry
import TestSupport
import Webhook

/// A spool in a folder of its own and the delivery over it, as the program has them.
final class Workshop: Sendable {
    /// The spool.
    let spool: MessageSpool
    /// The delivery over it.
    let service: DeliveryService
    /// What is counted.
    let registry = Registry()
    private let folder: String
    private let running: Task<Void, any Error>
    private let commits = CommitLog()

    /// Opens the spool in `folder`, or in a new one, and starts to deliver to `endpoints` by the clock `wall`.
    init(
        _ endpoints: [EndpointOptions], folder: String? = nil, grace: Duration = .seconds(5),
        sender: ((any TransferObserver) -> any TransferSender)? = nil,
        wall: @escaping @Sendable () -> Timestamp = WallClock.now
    ) throws {
        self.folder = folder ?? Self.newFolder()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        spool = try MessageSpool.open(
            at: self.folder, options: SpoolOptions(minimumFree: ByteCount(0), now: wall), logger: logger)
        var time = DeliveryTime(wall: wall)
        time.chance = { 0 }
        service = DeliveryService(
            spool: spool, options: DeliveryOptions(endpoints: endpoints, grace: grace), registry: registry,
            logger: logger,
            time: time, sender: sender ?? { TransferEngine(observer: $0) })
        running = Task { [service] in try await service.run() }
    }

    /// Takes a message for `endpoints` as the reception does, and answers its id when it is committed.
    @discardableResult
    func receive(
        for endpoints: [String], text: String = "Subject: hello\r\n\r\nworld\r\n", captures: [Capture] = []
    ) async -> MessageID {
        let id = spool.mintID()
        let body = spool.makeBody(for: id) {}
        unsafe Array(text.utf8).withUnsafeBytes { unsafe body.append($0) }
        let recipient = Recipient(address: "app@example.com", local: "app", tag: nil, domain: "example.com")
        let message = NewMessage(
            id: id, receivedAt: WallClock.now(),
            envelope: Envelope(
                mailFrom: "alice@example.org", recipients: [recipient], listener: "mx",
                helo: "mail.example.org",
                remoteIP: "192.0.2.7"),
            trace: Array("Received: by test\r\n".utf8), body: body,
            deliveries: endpoints.map { name in
                NewDelivery(
                    endpoint: name,
                    recipients: [RoutedRecipient(recipient: 0, route: "all", captures: captures)])
            })
        await commits.accept(message, into: spool)
        return id
    }

    /// The delivery called `id` once it passes `condition`.
    func delivery(_ id: DeliveryID, when condition: (DeliveryDetails) -> Bool) async throws -> DeliveryDetails
    {
        while true {
            if let details = try await spool.delivery(id), condition(details) { return details }
            await Task.yield()
        }
    }

    /// Stops delivery and closes the spool, whose folder stays when `keepsFolder`.
    func stop(keepsFolder: Bool = false) async {
        running.cancel()
        _ = try? await running.value
        await spool.close()
        if !keepsFolder { Self.remove(folder) }
    }

    /// Where the spool lies.
    var path: String { folder }

    private static func newFolder() -> String {
        var template = Array("/tmp/transom-delivery-XXXXXX".utf8CString)
        _ = unsafe mkdtemp(&template)
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func remove(_ folder: String) {
        try? FileManager.default.removeItem(atPath: folder)
    }
}

/// A sender that answers nothing by itself.
final class RecordingSender: TransferSender {
    private let observer: any TransferObserver
    private let state = Mutex<(sent: [Transfer], waiters: [(Int, CheckedContinuation<Void, Never>)])>(
        ([], []))

    init(observer: any TransferObserver) {
        self.observer = observer
    }

    /// What was sent so far.
    var sent: [Transfer] { state.withLock { $0.sent } }

    /// Returns when `count` transfers were sent.
    func wait(for count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.sent.count >= count { return true }
                state.waiters.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// Answers the transfer with `token`.
    func answer(_ token: UInt64, status: Int) {
        observer.finished([TransferResult(token: token, outcome: .response(TransferResponse(status: status)))]
        )
    }

    func submit(_ transfers: [Transfer]) {
        let ready = state.withLock { state in
            state.sent += transfers
            let ready = state.waiters.filter { $0.0 <= state.sent.count }
            state.waiters.removeAll { $0.0 <= state.sent.count }
            return ready
        }
        for (_, waiter) in ready { waiter.resume() }
    }

    func interrupt() {}

    func shutdown(within grace: Duration) async {
        observer.finished(sent.map { TransferResult(token: $0.token, outcome: .failed(.interrupted)) })
    }
}

/// An endpoint called `name` at `url`, quick to try again.
func endpoint(_ name: String, at url: String, secret: WebhookSecret = .generate()) throws -> EndpointOptions {
    var options = EndpointOptions(name: name, url: try URLTemplate(url), secrets: [secret])
    options.retry = RetrySchedule(
        intervals: [.milliseconds(20), .milliseconds(50)], giveUpAfter: .seconds(600))
    options.timeout = .seconds(5)
    return options
}
