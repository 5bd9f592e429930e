import Logging

/// What the writer says about checkpoints that fail: when it began, and when it was over.
struct WriterTroubles {
    private let logger: Logger
    private let uptime: @Sendable () -> Duration
    private var checkpoints = FailureSpell()

    init(_ logger: Logger, uptime: @escaping @Sendable () -> Duration) {
        self.logger = logger
        self.uptime = uptime
    }

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
        if case .over(let failures) = checkpoints.look(at: uptime()) {
            logger.notice(
                "the spool's log is copied into the database again", metadata: ["failures": "\(failures)"])
        }
    }
}
