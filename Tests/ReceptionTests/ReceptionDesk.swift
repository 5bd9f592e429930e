import Foundation
import Logging
import Mail
import Reception
import Routing
import SMTP
import Spool
import Synchronization
import Telemetry

/// A receiver over a spool in a folder of its own, which takes mail for everybody and drops it.
final class ReceptionDesk: Sendable {
    let receiver: MailReceiver
    let registry = Registry()
    let mailbox = VerdictBox()
    private let spool: MessageSpool
    private let folder: String
    private let screening: Task<Void, Never>

    init(_ options: ScreeningOptions, resolver: any BlocklistResolver) throws {
        folder = NSTemporaryDirectory() + "transom-reception-\(UUID().uuidString)"
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        spool = try MessageSpool.open(
            at: folder, options: SpoolOptions(minimumFree: ByteCount(0)), logger: logger)
        var policy = ReceptionPolicy(
            hostname: "mx.bridge.test", postmaster: EmailAddress(local: "postmaster", domain: "bridge.test"),
            routes: RoutingTable(rules: [Rule(name: "all", recipients: nil, action: .discard)]))
        policy.screening = options
        receiver = MailReceiver(
            spool: spool, policy: policy, resolver: resolver, registry: registry, logger: logger)
        screening = Task { [receiver] in await receiver.screen() }
    }

    func close() async {
        screening.cancel()
        await screening.value
        await spool.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func closeSpool() async { await spool.close() }

    /// Runs `body` with a desk and closes it.
    static func with(
        _ options: ScreeningOptions, resolver: any BlocklistResolver = ScriptedLists(),
        _ body: (ReceptionDesk) async throws -> Void
    ) async throws {
        let desk = try ReceptionDesk(options, resolver: resolver)
        do {
            try await body(desk)
            await desk.close()
        } catch {
            await desk.close()
            throw error
        }
    }

    /// What is answered to a RCPT.
    func verdict(
        client: String = "192.0.2.7", sender: String? = "a@example.org", recipient: String = "b@example.com",
        _ change: (inout SessionFacts) -> Void = { _ in }
    ) async -> Answer {
        switch ask(client: client, sender: sender, recipient: recipient, change) {
        case (.later, let token): Answer(await mailbox.verdict(token), isLate: true)
        case (let verdict, _): Answer(verdict, isLate: false)
        }
    }

    /// What is answered to a RCPT at once, and the token with which the rest comes.
    func ask(
        client: String = "192.0.2.7", sender: String? = "a@example.org", recipient: String = "b@example.com",
        _ change: (inout SessionFacts) -> Void = { _ in }
    ) -> (RecipientVerdict, token: UInt64) {
        let peer = IPAddress(client).map { Peer.host($0, port: 4000) } ?? .local
        var session = SessionFacts(listener: "mx", mode: .mx, peer: peer)
        change(&session)
        let facts = TransactionFacts(session: session, reversePath: sender.map(EmailAddress.init(plain:)))
        let token = mailbox.newToken()
        let verdict = receiver.verdict(
            for: EmailAddress(plain: recipient), in: facts, mailbox: mailbox, token: token)
        return (verdict, token)
    }
}

/// What became of a RCPT.
struct Answer: Equatable {
    /// 250, or the refusal's text.
    let text: String
    /// Whether it came through the mailbox.
    let isLate: Bool

    init(_ verdict: RecipientVerdict, isLate: Bool) {
        self.isLate = isLate
        text =
            switch verdict {
            case .accept: "250"
            case .refuse(let reply): reply.description
            case .later: "later"
            }
    }

    /// Accepted without a look.
    static let atOnce = Answer(text: "250", isLate: false)
    /// Accepted after a look.
    static let lookedAt = Answer(text: "250", isLate: true)

    private init(text: String, isLate: Bool) {
        self.text = text
        self.isLate = isLate
    }
}

extension EmailAddress {
    fileprivate init(plain text: String) {
        let parts = text.split(separator: "@")
        self.init(local: String(parts[0]), domain: String(parts[1]))
    }
}

/// A mailbox whose letters tests wait for.
final class VerdictBox: ReplyMailbox {
    private struct State {
        var lastToken: UInt64 = 0
        var letters: [UInt64: RecipientVerdict] = [:]
        var waiters: [UInt64: CheckedContinuation<RecipientVerdict, Never>] = [:]
    }

    private let state = Mutex(State())

    func newToken() -> UInt64 {
        state.withLock { state in
            state.lastToken += 1
            return state.lastToken
        }
    }

    func verdict(_ token: UInt64) async -> RecipientVerdict {
        await withCheckedContinuation { waiter in
            let letter = state.withLock { state -> RecipientVerdict? in
                if let letter = state.letters.removeValue(forKey: token) { return letter }
                state.waiters[token] = waiter
                return nil
            }
            if let letter { waiter.resume(returning: letter) }
        }
    }

    func answer(_ token: UInt64, _ verdict: RecipientVerdict) {
        let waiter = state.withLock { state in
            let waiter = state.waiters.removeValue(forKey: token)
            if waiter == nil { state.letters[token] = verdict }
            return waiter
        }
        waiter?.resume(returning: verdict)
    }

    func deliver(_ outcomes: [TransactionOutcome]) {}
    func resume(_ token: UInt64) {}
    func execute(_ work: @escaping @Sendable () -> Void) { work() }
}

/// Blocklists as a test wants them.
struct ScriptedLists: BlocklistResolver {
    /// The answers of each list; one that is named with `nil` never answers.
    var zones: [String: [String]?] = [:]
    /// The text of each list.
    var texts: [String: String] = [:]

    func addresses(of client: IPAddress, in zone: String) async -> [IPAddress]? {
        guard let answers = zones[zone, default: []] else {
            try? await Task.sleep(for: .seconds(3600))
            return nil
        }
        return answers.compactMap { IPAddress($0) }
    }

    func text(of client: IPAddress, in zone: String) async -> String? { texts[zone] }
}
