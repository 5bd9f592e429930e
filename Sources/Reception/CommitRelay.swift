import Logging
import Mail
import SMTP
import Spool
import Synchronization
import Telemetry

/// Turns what the spool says about commits into replies for the sessions of one event loop.
final class CommitRelay: CommitObserver {
    private let mailbox: any ReplyMailbox
    private let metrics: ReceptionMetrics
    private let logger: Logger
    /// LMTP: the replies decided before the commit, by token; `nil` stands for the outcome of the commit.
    private let replies = Mutex<[UInt64: [Reply?]]>([:])

    init(_ mailbox: any ReplyMailbox, metrics: ReceptionMetrics, logger: Logger) {
        self.mailbox = mailbox
        self.metrics = metrics
        self.logger = logger
    }

    /// Notes that the message of `token` has a reply for each recipient.
    func expect(_ token: UInt64, perRecipient replies: [Reply?]) {
        self.replies.withLock { $0[token] = replies }
    }

    /// Answers without a commit.
    func answer(_ token: UInt64, _ fate: TransactionOutcome.Fate) {
        mailbox.deliver([TransactionOutcome(token: token, fate)])
    }

    /// The disk has caught up.
    func resume(_ token: UInt64) {
        mailbox.resume(token)
    }

    func committed(_ results: [CommitResult]) {
        let replies = replies.withLock { replies in
            replies.isEmpty
                ? [:]
                : results.reduce(into: [UInt64: [Reply?]]()) { taken, result in
                    taken[result.token] = replies.removeValue(forKey: result.token)
                }
        }
        mailbox.deliver(
            results.map { result in
                TransactionOutcome(token: result.token, fate(of: result, perRecipient: replies[result.token]))
            })
        logReceived(results)
    }

    /// Says which messages are ours now: after the replies, and not on the writer's thread, for which everybody waits.
    private func logReceived(_ results: [CommitResult]) {
        guard logger.logLevel <= .info else { return }
        mailbox.execute { [logger] in
            for result in results where result.failure == nil {
                logger.info(
                    "received",
                    metadata: [
                        "message": .stringConvertible(result.id), "octets": .stringConvertible(result.octets),
                    ])
            }
        }
    }

    private func fate(of result: CommitResult, perRecipient replies: [Reply?]?) -> TransactionOutcome.Fate {
        guard let failure = result.failure else {
            metrics.accepted.add()
            guard let replies else { return .accepted(result.id) }
            return .perRecipient(replies.map { $0 ?? .queued(result.id) })
        }
        metrics.refused(failure.isOutOfSpace ? .noSpace : .storage)
        // The spool says once and by the minute that it cannot store; which messages, only who looks closely asks.
        logger.debug(
            "message not stored, the sender keeps it",
            metadata: ["message": "\(result.id)", "error": "\(failure)"])
        guard let replies else { return .refused(Reply(failure)) }
        return .perRecipient(replies.map { $0 ?? Reply(failure) })
    }
}
