import GRDB
import Logging
import Mail
import Synchronization
import Telemetry

/// Removes what has passed its retention, in steps so small that acceptance does not feel them.
///
/// A pass walks the messages from the oldest: `step` looks at some on a reader, `remove` takes those that may
/// leave out in the writer's next transaction, and only then their body files go. After the last step the file of
/// the database shrinks, if much of it is free.
final class Sweeper: Sendable {
    /// Messages looked at in one step.
    static let stride = 500
    /// Messages removed in one transaction.
    static let removedAtOnce = 100
    /// The pause between two passes.
    static let pause = Duration.seconds(60)
    /// Pages given back to the file system in one transaction.
    static let vacuumedAtOnce = 200
    /// Fewer free pages than this are kept for reuse.
    static let spareFreePages = 4_096

    private let pool: DatabasePool
    private let desk: WriterDesk
    private let bodies: BodyFolder
    private let lane: Lane
    private let now: @Sendable () -> Timestamp
    private let salt: SpoolSalt
    private let removed: Counter
    private let logger: Logger
    private let state: Mutex<State>

    private struct State {
        var retention: Retention
        var isRunning = false
        /// The retention changed while a pass was running.
        var mustRepeat = false
        var nextPass = SteadyTime.now
    }

    init(_ parts: SpoolParts, lane: Lane) {
        pool = parts.pool
        desk = parts.desk
        bodies = parts.bodies
        self.lane = lane
        salt = parts.row.salt
        now = parts.options.now
        logger = parts.logger
        removed = parts.metrics.removed
        state = Mutex(State(retention: parts.options.retention))
    }

    /// Changes the retention; the next pass begins with the next tick.
    func setRetention(_ retention: Retention) {
        state.withLock { state in
            state.retention = retention
            state.nextPass = .now
            state.mustRepeat = state.isRunning
        }
    }

    /// Begins a pass when one is due.
    func tick(_ time: SteadyTime) {
        let mustStart = state.withLock { state in
            guard !state.isRunning, time >= state.nextPass else { return false }
            state.isRunning = true
            return true
        }
        if mustStart { lane.submit { self.step(after: -1) } }
    }

    /// Removes those of `messages` that may leave already, where something is kept for no time at all.
    func consider(_ messages: [MessageID]) {
        let retention = state.withLock { $0.retention }
        guard retention.delivered == .zero || retention.dead == .zero else { return }
        remove(messages.map(\.key)[...], removal: Removal(retention, now: now()), then: {}, else: report)
    }

    private func step(after cursor: Int64) {
        let removal = Removal(state.withLock { $0.retention }, now: now())
        do {
            let (keys, last) = try pool.read { try removal.candidates(after: cursor, count: Self.stride, $0) }
            guard let last else { return shrink() }
            remove(
                keys[...], removal: removal, then: { self.lane.submit { self.step(after: last) } },
                else: endPass)
        } catch {
            endPass(SpoolError(error))
        }
    }

    private func remove(
        _ keys: ArraySlice<Int64>, removal: Removal, then: @escaping @Sendable () -> Void,
        else fail: @escaping @Sendable (SpoolError) -> Void
    ) {
        guard !keys.isEmpty else { return then() }
        let batch = Array(keys.prefix(Self.removedAtOnce))
        desk.submit(
            WriteJob(
                write: { transaction in
                    let (count, files) = try removal.remove(batch, transaction.db)
                    return {
                        self.removed.add(count)
                        self.lane.submit { self.removeFiles(files) }
                        self.remove(keys.dropFirst(batch.count), removal: removal, then: then, else: fail)
                    }
                },
                fail: fail))
    }

    /// A file that stays is an orphan, and the next start's (invariant 6).
    private func removeFiles(_ keys: [Int64]) {
        for key in keys { try? bodies.files.remove(bodies.file(of: MessageID(key: key, salt: salt))) }
    }

    /// Gives free pages back as long as they are a quarter of the file.
    private func shrink() {
        let counts = try? pool.read { db in
            (
                free: try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0,
                all: try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            )
        }
        guard let counts, counts.free > Self.spareFreePages, counts.free > counts.all / 4 else {
            return endPass()
        }
        desk.submit(
            WriteJob(
                write: { transaction in
                    try transaction.db.execute(sql: "PRAGMA incremental_vacuum(\(Self.vacuumedAtOnce))")
                    return { self.lane.submit { self.shrink() } }
                },
                fail: endPass))
    }

    @Sendable private func endPass(_ error: SpoolError) {
        report(error)
        endPass()
    }

    private func endPass() {
        state.withLock { state in
            state.isRunning = false
            state.nextPass = state.mustRepeat ? .now : .now + Self.pause
            state.mustRepeat = false
        }
    }

    /// What could not be removed is looked at again in the next pass.
    @Sendable private func report(_ error: SpoolError) {
        guard error != .closed else { return }
        logger.warning("retention could not remove messages", metadata: ["reason": "\(error)"])
    }
}
