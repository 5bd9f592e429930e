package import Mail

/// The time by which deliveries are due: the wall clock, as far as the spool follows it.
///
/// A wall clock that jumps takes all that waits with it, and it is the spool that moves what waits, within a second.
/// Until it says so this clock goes on steadily, forwards only. Were it to follow by itself, all that waits would be
/// due at once, or too old to be tried again.
package struct DueClock: Sendable {
    /// How far the wall clock is followed without the spool's word: less is no jump.
    static let tolerance = Duration.seconds(2)

    private var anchor: (wall: Timestamp, instant: ContinuousClock.Instant)

    /// A clock that agrees with the wall clock at the start.
    package init(wall: Timestamp, instant: ContinuousClock.Instant) {
        anchor = (wall, instant)
    }

    /// The time, given what both clocks say.
    package mutating func now(wall: Timestamp, instant: ContinuousClock.Instant) -> Timestamp {
        let steady = anchor.wall + (instant - anchor.instant)
        guard wall > steady, wall - steady <= Self.tolerance else { return steady }
        anchor = (wall, instant)
        return wall
    }

    /// The spool has moved what waits.
    package mutating func follow(_ jump: Duration) {
        anchor.wall = anchor.wall + jump
    }
}
