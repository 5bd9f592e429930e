/// At most N starts in a time, evenly spread, with a small burst.
package struct RateLimiter: Sendable {
    /// How many in which time.
    package struct Rate: Equatable, Sendable {
        /// How many.
        package let count: Int
        /// In which time.
        package let period: Duration

        /// `count` in `period`, both more than zero.
        package init(count: Int, period: Duration) {
            self.count = max(1, count)
            self.period = max(period, .milliseconds(1))
        }
    }

    /// How much of unused time is saved up for a burst.
    package static let burst: Duration = .milliseconds(100)

    private let interval: Duration
    private var next: ContinuousClock.Instant?

    /// A limiter of `rate`.
    package init(_ rate: Rate) {
        interval = rate.period / rate.count
    }

    /// The earliest instant for the next start.
    package func opens(now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        guard let next else { return now }
        return max(now, next - (interval < Self.burst ? Self.burst - interval : .zero))
    }

    /// Notes a start.
    package mutating func begin(now: ContinuousClock.Instant) {
        next = max(next ?? now, now) + interval
    }
}
