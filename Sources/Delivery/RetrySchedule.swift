/// When a delivery that failed is tried again, and when it is given up.
package struct RetrySchedule: Equatable, Sendable {
    /// The waits after the first, second, … attempt; the last one repeats.
    ///
    /// Never empty.
    package let intervals: [Duration]
    /// How long a series of attempts may last.
    package let giveUpAfter: Duration

    /// How far chance moves a wait, either way, so that deliveries that failed together do not return together.
    package static let jitter = 0.2

    /// Patience like mail's own: five days.
    package static let standard = RetrySchedule(
        intervals: [
            .seconds(5), .seconds(30), .seconds(120), .seconds(600), .seconds(1800), .seconds(3600),
            .seconds(7200),
            .seconds(14_400), .seconds(28_800), .seconds(43_200),
        ], giveUpAfter: .seconds(5 * 86_400))

    /// A schedule of these waits; an empty one waits a second.
    package init(intervals: [Duration], giveUpAfter: Duration) {
        self.intervals = intervals.isEmpty ? [.seconds(1)] : intervals
        self.giveUpAfter = giveUpAfter
    }

    /// How long to wait after `spent` attempts (at least one) of a series that is `age` old; `nil`: give up.
    ///
    /// `chance` lies between -1 and 1. The last wait is cut short, so that there is an attempt when the time is up.
    package func wait(afterAttempts spent: Int, age: Duration, chance: Double) -> Duration? {
        guard age < giveUpAfter else { return nil }
        let interval = intervals[min(max(1, spent), intervals.count) - 1]
        return min(interval * (1 + Self.jitter * chance), giveUpAfter - age)
    }
}
