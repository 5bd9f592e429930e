package import Mail

/// The time by which deliveries are due: the wall clock, but one that never runs back.
///
/// When somebody sets the clock back an hour, what was due in five seconds is still due in five seconds. A step
/// forward is followed.
package struct DueClock: Sendable {
    private var anchor: (wall: Timestamp, instant: ContinuousClock.Instant)

    /// A clock that agrees with the wall clock at the start.
    package init(wall: Timestamp, instant: ContinuousClock.Instant) {
        anchor = (wall, instant)
    }

    /// The time, given what both clocks say.
    package mutating func now(wall: Timestamp, instant: ContinuousClock.Instant) -> Timestamp {
        let steady = anchor.wall + (instant - anchor.instant)
        guard wall > steady else { return steady }
        anchor = (wall, instant)
        return wall
    }
}
