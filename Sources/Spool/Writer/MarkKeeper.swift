import GRDB
import Mail

/// When the low-water mark is stored, and how.
struct MarkKeeper {
    /// How old the stored mark may be.
    static let period = Duration.seconds(5)

    private var next = SteadyTime.now + period

    /// Whether it is time; asked once a tick.
    mutating func isDue(_ now: SteadyTime) -> Bool {
        guard now >= next else { return false }
        next = now + Self.period
        return true
    }

    /// Stores the mark, and what the clock says with it.
    static func save(_ mark: Int64, seenAt: Timestamp, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE spool SET low_water = ?, seen_at = ?", arguments: [mark, seenAt.milliseconds])
    }
}
