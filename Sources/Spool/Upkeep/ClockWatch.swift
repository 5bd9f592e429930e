import GRDB
import Mail

/// Notices when the wall clock jumps, and moves what waits with it: waits are intervals, and a clock that jumps
/// back must not make them longer.
struct ClockWatch {
    /// A smaller difference is not a jump.
    static let tolerance = Duration.seconds(2)

    private var wall: Timestamp
    private var steady: SteadyTime

    init(wall: Timestamp, steady: SteadyTime) {
        self.wall = wall
        self.steady = steady
    }

    /// How far the wall clock jumped since the last look; `nil` when it did not.
    mutating func jump(wall: Timestamp, steady: SteadyTime) -> Duration? {
        let jump = (wall - self.wall) - (steady - self.steady)
        (self.wall, self.steady) = (wall, steady)
        return jump < .zero - Self.tolerance || jump > Self.tolerance ? jump : nil
    }

    /// Moves the due times and series of all that is ready, and the begin of holds.
    static func shift(_ db: Database, by jump: Duration) throws {
        let by = jump.milliseconds
        try db.execute(
            sql: "UPDATE delivery SET at = at + ?, series_start = series_start + ? WHERE state = 0",
            arguments: [by, by])
        try db.execute(sql: "UPDATE endpoint_state SET held_since = held_since + ?", arguments: [by])
    }
}
