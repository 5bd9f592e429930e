import GRDB
import Mail

/// Notices when the wall clock jumps, and moves what waits with it: waits are intervals, and a clock that jumps
/// back must not make them longer.
struct ClockWatch {
    /// A smaller difference is not a jump.
    static let tolerance = Duration.seconds(2)

    private var wall: Timestamp
    private var uptime: Duration

    init(wall: Timestamp, uptime: Duration) {
        self.wall = wall
        self.uptime = uptime
    }

    /// How far the wall clock jumped since the last look; `nil` when it did not.
    mutating func jump(wall: Timestamp, uptime: Duration) -> Duration? {
        let jump = (wall - self.wall) - (uptime - self.uptime)
        (self.wall, self.uptime) = (wall, uptime)
        return jump < .zero - Self.tolerance || jump > Self.tolerance ? jump : nil
    }

    /// Moves the due times and series of all that is ready, the series of what is claimed, and the holds and pauses
    /// of endpoints.
    static func shift(_ db: Database, by jump: Duration) throws {
        let by = jump.milliseconds
        try db.execute(
            sql: "UPDATE delivery SET at = at + ?, series_start = series_start + ? WHERE state = 0",
            arguments: [by, by])
        // Above the low-water mark, as every search for what is claimed.
        try db.execute(
            sql: """
                UPDATE delivery SET series_start = series_start + ?
                WHERE message >= (SELECT low_water FROM spool) AND state = 1
                """,
            arguments: [by])
        try db.execute(
            sql: """
                UPDATE endpoint_state SET held_since = held_since + ?, blocked_until = blocked_until + ?
                """,
            arguments: [by, by])
    }
}
