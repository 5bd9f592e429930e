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
    private let handover: HandoverPlace
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
        handover = parts.handover
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
        let follower = ClockFollower(handover)
        desk.submit(
            WriteJob(
                write: { [endpoints] transaction in
                    try ClockWatch.shift(transaction.db, by: jump)
                    let states = try EndpointRows.all(transaction.db)
                    // Here and not after the commit: what senders record from now on belongs to the new time.
                    follower.follow(jump)
                    return { endpoints.adopt(states) }
                },
                fail: { [logger] in
                    follower.turnBack()
                    logger.error("what waits could not follow the clock", metadata: ["reason": "\($0)"])
                }))
    }
}

/// Takes those who send along with a jump of the clock, and back when the spool could not follow it.
private final class ClockFollower: Sendable {
    private let handover: HandoverPlace
    private let moved = Mutex(Duration.zero)

    init(_ handover: HandoverPlace) { self.handover = handover }

    func follow(_ jump: Duration) {
        moved.withLock { $0 = jump }
        handover.current?.clockJumped(by: jump)
    }

    func turnBack() {
        let jump = moved.withLock { moved in
            defer { moved = .zero }
            return moved
        }
        if jump != .zero { handover.current?.clockJumped(by: .zero - jump) }
    }
}
