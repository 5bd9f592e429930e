import Logging
import Mail
import Synchronization
import Telemetry

/// What is done about once a second, whatever comes: free space, the clock, retention.
final class Upkeep: Sendable {
    private let space: FreeSpace
    private let metrics: SpoolMetrics
    private let sweeper: Sweeper
    private let desk: WriterDesk
    private let endpoints: EndpointLedger
    private let now: @Sendable () -> Timestamp
    private let uptime: @Sendable () -> Duration
    private let logger: Logger
    private let watch: Mutex<ClockWatch>

    init(_ parts: SpoolParts, sweeper: Sweeper) {
        space = parts.space
        metrics = parts.metrics
        self.sweeper = sweeper
        desk = parts.desk
        endpoints = parts.endpoints
        now = parts.options.now
        uptime = parts.options.uptime
        logger = parts.logger
        watch = Mutex(ClockWatch(wall: parts.options.now(), uptime: parts.options.uptime()))
    }

    /// Looks around.
    ///
    /// On the writer's thread.
    func tick() {
        space.measure()
        metrics.diskFree.set(space.bytes)
        if let jump = watch.withLock({ $0.jump(wall: now(), uptime: uptime()) }) { follow(jump) }
        sweeper.tick(.now)
    }

    /// Messages one of whose deliveries ended.
    func settled(_ messages: [MessageID]) { sweeper.consider(messages) }

    private func follow(_ jump: Duration) {
        logger.warning("the clock jumped", metadata: ["by": "\(jump)"])
        desk.submit(
            WriteJob(
                write: { [endpoints] transaction in
                    try ClockWatch.shift(transaction.db, by: jump)
                    let states = try EndpointRows.all(transaction.db)
                    return { endpoints.adopt(states) }
                },
                fail: { [logger] in
                    logger.error("what waits could not follow the clock", metadata: ["reason": "\($0)"])
                }))
    }
}
