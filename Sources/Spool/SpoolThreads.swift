import Mail
import Synchronization

/// The threads of an open spool: the writer, two lanes for body files, one for upkeep.
final class SpoolThreads: Sendable {
    /// Lanes for body files.
    static let bodyLanes = 2

    let sweeper: Sweeper
    private let desk: WriterDesk
    private let bodyLanes: [Lane]
    private let upkeep: Lane
    private let writer: SpoolThread
    private let isStopped = Mutex(false)

    init(_ parts: SpoolParts) throws {
        desk = parts.desk
        bodyLanes = (1...Self.bodyLanes).map { Lane("spool-body-\($0)") }
        upkeep = Lane("spool-upkeep")
        sweeper = Sweeper(parts, lane: upkeep)
        let writer = try SpoolWriter(
            parts.desk.inbox, parts.pool, WriterRooms(parts, upkeep: Upkeep(parts, sweeper: sweeper)),
            ClaimLedger(mark: parts.row.lowWater, newest: parts.row.newest))
        self.writer = SpoolThread("spool-writer") { writer.run() }
    }

    /// The lane on which the body file of `id` is written.
    func lane(for id: MessageID) -> Lane {
        bodyLanes[Int(truncatingIfNeeded: id.key ^ id.key >> 15) & (bodyLanes.count - 1)]
    }

    /// Ends them all, in the order in which work passes them.
    ///
    /// Blocks; later calls do nothing.
    func stop() {
        guard !isStopped.withLock({ exchange(&$0, with: true) }) else { return }
        bodyLanes.forEach { $0.close() }
        desk.close()
        writer.join()
        upkeep.close()
    }
}
