package import Mail

/// The clocks that delivery reads; a test hands in its own.
package struct DeliveryTime: Sendable {
    /// The wall clock: what records and signatures say.
    package var wall: @Sendable () -> Timestamp
    /// The steady clock: what waits are measured by.
    package var instant: @Sendable () -> ContinuousClock.Instant
    /// Returns at an instant of the steady clock, or throws when cancelled.
    package var sleep: @Sendable (ContinuousClock.Instant) async throws -> Void
    /// A number between -1 and 1, for jitter.
    package var chance: @Sendable () -> Double

    /// The system's clocks, with `wall` for the time of day.
    package init(wall: @escaping @Sendable () -> Timestamp) {
        self.wall = wall
        instant = { .now }
        sleep = { try await ContinuousClock().sleep(until: $0) }
        chance = { .random(in: -1...1) }
    }
}
