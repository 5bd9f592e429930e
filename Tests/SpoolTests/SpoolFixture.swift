import Foundation
import Logging
import Mail
import Spool
import Synchronization

/// A spool for one test, in a folder of its own.
struct SpoolFixture: Sendable {
    let folder = ScratchFolder()
    var options = SpoolOptions(minimumFree: ByteCount(0))
    var logger = Logger.silent

    /// Where the spool lies, if not in the folder of its own.
    var parent: String?

    var path: String { "\(parent ?? folder.path)/spool" }

    func open(_ handover: (any Handover)? = nil) throws -> MessageSpool {
        let spool = try MessageSpool.open(at: path, options: options, logger: logger)
        if let handover { spool.attach(handover) }
        return spool
    }

    /// The body files.
    func bodyFiles() throws -> [String] {
        let files = FileManager.default
        return try files.subpathsOfDirectory(atPath: "\(path)/bodies").filter { $0.hasSuffix(".eml") }
    }

    /// Opens the spool, hands it to `body` and closes it whatever happens.
    func withSpool<Result>(
        _ handover: (any Handover)? = nil, _ body: (MessageSpool) async throws -> Result
    ) async throws -> Result {
        let spool = try open(handover)
        do {
            let result = try await body(spool)
            await spool.close()
            return result
        } catch {
            await spool.close()
            throw error
        }
    }
}

extension Logger {
    /// A logger that says nothing.
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

/// A message as the tests send it.
struct Letter: Sendable {
    var octets: [UInt8]
    var endpoints: [String]

    init(_ text: String = "Subject: hello\r\n\r\nhello\r\n", to endpoints: String...) {
        octets = Array(text.utf8)
        self.endpoints = endpoints.isEmpty ? ["app"] : endpoints
    }

    /// A letter of `size` octets, each decided by its place and `seed`.
    init(size: Int, seed: Int = 1, to endpoints: String...) {
        octets = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8 &+ seed) }
        self.endpoints = endpoints.isEmpty ? ["app"] : endpoints
    }

    static let envelope = Envelope(
        mailFrom: "alice@example.org",
        recipients: [
            Recipient(
                address: "\"a \\\"b\"+42@example.com", local: "a \"b", tag: "42", domain: "example.com"),
            Recipient(address: "bob@example.com", local: "bob", tag: nil, domain: "example.com"),
        ],
        listener: "mx", helo: "mail.example.org", remoteIP: "192.0.2.7",
        tls: Envelope.TLSSession(version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384"), auth: nil,
        body: .eightBitMIME, smtputf8: true)

    static let trace = Array("Received: from mail.example.org\r\n".utf8)

    static let recipients = [
        RoutedRecipient(
            recipient: 0, route: "support", captures: [Capture(name: "ticket", value: "42 \u{1F600}")])
    ]

    static let refused = [RefusedRecipient(recipient: 1, route: nil, text: "550 5.1.1 No such mailbox")]

    /// The letter on its way into `spool`.
    func message(
        for spool: MessageSpool, id: MessageID? = nil, at now: Timestamp = WallClock.now(),
        in envelope: Envelope = Self.envelope
    ) -> NewMessage {
        let id = id ?? spool.mintID()
        let body = spool.makeBody(for: id) {}
        for start in stride(from: 0, to: octets.count, by: 10_000) {
            unsafe octets[start..<min(start + 10_000, octets.count)].withUnsafeBytes {
                unsafe body.append($0)
            }
        }
        return NewMessage(
            id: id, receivedAt: now, envelope: envelope, refused: Self.refused, trace: Self.trace,
            body: body,
            deliveries: endpoints.map { NewDelivery(endpoint: $0, recipients: Self.recipients) },
            transcript: Array("C: EHLO\r\n".utf8))
    }
}

/// Waits for commits.
final class Acceptor: CommitObserver {
    private let waiters = Mutex<[UInt64: CheckedContinuation<CommitResult, Never>]>([:])
    private let tokens = Atomic<UInt64>(0)
    /// How many messages each call told about.
    let batches = Mutex<[Int]>([])

    func committed(_ results: [CommitResult]) {
        batches.withLock { $0.append(results.count) }
        for result in results {
            waiters.withLock { $0.removeValue(forKey: result.token) }?.resume(returning: result)
        }
    }

    /// Gives `message` to `spool` and waits for what becomes of it.
    func accept(_ message: NewMessage, into spool: MessageSpool) async -> CommitResult {
        let token = tokens.wrappingAdd(1, ordering: .relaxed).newValue
        return await withCheckedContinuation { waiter in
            waiters.withLock { $0[token] = waiter }
            spool.accept(message, observer: self, token: token)
        }
    }

    /// As above, for a letter that must be stored.
    @discardableResult
    func store(_ letter: Letter = Letter(), in spool: MessageSpool, at now: Timestamp = WallClock.now())
        async throws -> MessageID
    {
        try await store(letter.message(for: spool, at: now), in: spool)
    }

    /// As above, for a message that must be stored.
    @discardableResult
    func store(_ message: NewMessage, in spool: MessageSpool) async throws -> MessageID {
        let result = await accept(message, into: spool)
        if let failure = result.failure { throw failure }
        return result.id
    }
}

/// A hand-over of `capacity` places that keeps what it is given.
final class RecordingHandover: Handover {
    private let state: Mutex<State>

    private struct State {
        var free: Int
        var taken: [ClaimedDelivery] = []
        var batches = 0
        var jumps: [Duration] = []
    }

    init(capacity: Int) { state = Mutex(State(free: capacity)) }

    var taken: [ClaimedDelivery] { state.withLock { $0.taken } }
    var free: Int { state.withLock { $0.free } }
    var batches: Int { state.withLock { $0.batches } }
    var jumps: [Duration] { state.withLock { $0.jumps } }

    func reserve(endpoint: String, octets: Int) -> Bool {
        state.withLock { state in
            guard state.free > 0 else { return false }
            state.free -= 1
            return true
        }
    }

    func release(endpoint: String, octets: Int) { state.withLock { $0.free += 1 } }

    func take(_ batch: [ClaimedDelivery]) {
        state.withLock { state in
            state.taken += batch
            state.batches += 1
        }
    }

    func clockJumped(by jump: Duration) { state.withLock { $0.jumps.append(jump) } }
}

extension MessageSpool {
    /// The octets of message `id`, read as a sender reads them.
    func octets(of id: MessageID) async throws -> [UInt8] {
        guard let message = try await stored(id) else { throw SpoolError.notFound("\(id)") }
        return try message.octets.read()
    }
}

extension SpooledOctets {
    /// All octets, by windows.
    func read() throws -> [UInt8] {
        let reader = try open()
        var octets: [UInt8] = []
        var window = [UInt8](repeating: 0, count: 50_000)
        while true {
            let count = try unsafe window.withUnsafeMutableBytes {
                try unsafe reader.read(at: octets.count, into: $0)
            }
            guard count > 0 else { return octets }
            octets += window.prefix(count)
        }
    }
}
