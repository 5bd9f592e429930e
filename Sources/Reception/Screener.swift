import Logging
import Mail
import SMTP
import Spool
import Synchronization
import Telemetry

/// Looks at clients more closely: blocklists first, then the greylist.
///
/// What cannot be asked is let through.
///
/// Recipients wait for `run`, which looks at all of them side by side, but for so many at a time only; one more is let
/// through too. Nobody is asked about mail that was already accepted.
final class Screener: Sendable {
    /// A recipient that waits for its verdict.
    struct Question: Sendable {
        let options: ScreeningOptions
        let client: IPAddress
        /// Empty for the null reverse-path.
        let sender: String
        let recipient: Recipient
        let mailbox: any ReplyMailbox
        let token: UInt64
    }

    private let spool: MessageSpool
    private let resolver: (any BlocklistResolver)?
    private let clock: any Clock<Duration>
    private let metrics: ScreeningMetrics
    private let logger: Logger
    private let line: AsyncStream<Question>
    private let entrance: AsyncStream<Question>.Continuation
    private let reported = Mutex<Set<String>>([])
    private let waiting = Atomic<Int>(0)

    init(
        spool: MessageSpool, resolver: (any BlocklistResolver)?, clock: any Clock<Duration>,
        registry: Registry,
        logger: Logger
    ) {
        self.spool = spool
        self.resolver = resolver
        self.clock = clock
        self.logger = logger
        metrics = ScreeningMetrics(registry)
        (line, entrance) = AsyncStream.makeStream()
    }

    /// Puts a question in line; `false` when as many wait for their verdicts as may, or nobody works them off.
    func ask(_ question: Question) -> Bool {
        let place = waiting.wrappingAdd(1, ordering: .relaxed).newValue
        if place <= question.options.waiting, case .enqueued = entrance.yield(question) { return true }
        waiting.wrappingSubtract(1, ordering: .relaxed)
        metrics.skipped.add()
        return false
    }

    /// Answers questions until it is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await question in line {
                group.addTask { [self] in
                    let verdict = await verdict(on: question)
                    waiting.wrappingSubtract(1, ordering: .relaxed)
                    question.mailbox.answer(question.token, verdict)
                }
            }
        }
    }

    /// What becomes of a recipient that the routes accept.
    func verdict(on question: Question) async -> RecipientVerdict {
        if let reply = await blocklisted(question) { return .refuse(reply) }
        if let reply = await greylisted(question) { return .refuse(reply) }
        return .accept(question.recipient)
    }

    private func blocklisted(_ question: Question) async -> Reply? {
        guard let options = question.options.blocklists, let resolver else { return nil }
        let judge = BlocklistJudge(options: options, resolver: resolver, clock: clock)
        let judgement = await judge.judge(question.client)
        for (zone, error) in judgement.errors { report(zone, error) }
        metrics.unanswered.add(judgement.silent.count)
        guard let zone = judgement.blockedBy else { return nil }
        metrics.blocked(by: zone)
        return .blocked(question.client, by: zone, reason: judgement.reason)
    }

    private func greylisted(_ question: Question) async -> Reply? {
        guard let rules = question.options.greylisting else { return nil }
        let verdict: GreylistVerdict
        do throws(SpoolError) {
            verdict = try await spool.greylist(
                client: question.client, sender: question.sender,
                recipient: EmailAddress(question.recipient).comparisonKey, rules: rules)
        } catch {
            logger.warning("greylist not reached, the client is let through", metadata: ["error": "\(error)"])
            return nil
        }
        metrics.greylist(verdict)
        guard case .wait(let rest) = verdict else { return nil }
        return .greylisted(for: rest)
    }

    /// Says once, until the next reload, that a list does not answer us; the operator has to change something.
    private func report(_ zone: String, _ error: IPAddress) {
        guard reported.withLock({ $0.insert(zone).inserted }) else { return }
        logger.warning(
            "blocklist answers with an error; it may refuse questions through a public resolver",
            metadata: ["zone": "\(zone)", "answer": "\(error)"])
    }

    /// Lists that gave errors are spoken of again.
    func forgetReports() {
        reported.withLock { $0 = [] }
    }
}

/// What screening counts.
private struct ScreeningMetrics: Sendable {
    let unanswered: Counter
    let skipped: Counter
    private let registry: Registry

    init(_ registry: Registry) {
        self.registry = registry
        unanswered = registry.counter(
            "transom_blocklist_unanswered_total", help: "Questions to blocklists without an answer in time.")
        skipped = registry.counter(
            "transom_screening_skipped_total", help: "Recipients let through because too many were waiting.")
    }

    func blocked(by zone: String) {
        registry.counter(
            "transom_blocklist_refused_total", help: "Recipients refused because of a blocklist.",
            labels: [Label("zone", zone)]
        ).add()
    }

    func greylist(_ verdict: GreylistVerdict) {
        let word =
            switch verdict {
            case .known: "known"
            case .knownNetwork: "known-network"
            case .wait: "wait"
            case .full: "full"
            }
        registry.counter(
            "transom_greylist_total", help: "Verdicts of the greylist.", labels: [Label("verdict", word)]
        ).add()
    }
}
