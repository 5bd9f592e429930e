import Logging

/// What the writer says about commits and checkpoints that fail.
///
/// Both may fail with every message; an operator reads when it began, how many there were, and when it was over.
struct WriterTroubles {
    private let logger: Logger
    private let uptime: @Sendable () -> Duration
    private var commits = FailureSpell()
    private var checkpoints = FailureSpell()

    init(_ logger: Logger, uptime: @escaping @Sendable () -> Duration) {
        self.logger = logger
        self.uptime = uptime
    }

    /// Nothing of a transaction was stored, or a message whose octets found no place.
    mutating func commitFailed(_ reason: SpoolError) {
        guard commits.failed(reason, at: uptime()) else { return }
        logger.error("the spool could not commit", metadata: ["reason": "\(reason)"])
    }

    /// A transaction that wrote something was stored.
    mutating func committed() { commits.worked() }

    /// The log's pages stay in the log, which grows meanwhile.
    mutating func checkpointFailed(_ reason: SpoolError) {
        guard checkpoints.failed(reason, at: uptime()) else { return }
        logger.warning(
            "the spool's log cannot be copied into the database, it grows", metadata: ["reason": "\(reason)"])
    }

    /// The log's pages are in the database.
    mutating func checkpointed() { checkpoints.worked() }

    /// Says what has become due.
    mutating func look() {
        let now = uptime()
        switch commits.look(at: now) {
        case .lasts(let failures, let reason):
            logger.error(
                "the spool still cannot commit", metadata: ["failures": "\(failures)", "reason": "\(reason)"])
        case .over(let failures):
            logger.notice("the spool commits again", metadata: ["failures": "\(failures)"])
        case nil: break
        }
        if case .over(let failures) = checkpoints.look(at: now) {
            logger.notice(
                "the spool's log is copied into the database again", metadata: ["failures": "\(failures)"])
        }
    }
}
