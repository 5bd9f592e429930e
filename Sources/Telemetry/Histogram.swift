import Synchronization

/// How long things took, counted into fixed steps.
package final class Histogram: Sendable {
    /// Upper ends of the steps in microseconds, rising; what is longer falls into the last, open step.
    let bounds: [Int]
    private let steps: Steps
    private let sum = Atomic<Int>(0)

    /// The steps of times between a commit and a slow webhook: half a millisecond to a minute.
    package static let standardBounds = [
        500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
        1_000_000, 2_500_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000,
    ]

    init(bounds: [Int]) {
        self.bounds = bounds
        steps = Steps(count: bounds.count + 1)
    }

    /// Counts one thing that took `duration`.
    package func observe(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let microseconds = Int(clamping: seconds) &* 1_000_000 &+ Int(attoseconds / 1_000_000_000_000)
        steps.add(at: bounds.firstIndex { microseconds <= $0 } ?? bounds.count)
        sum.wrappingAdd(microseconds, ordering: .relaxed)
    }

    /// Counts by step, not summed up, and the sum of all in microseconds.
    var snapshot: (counts: [Int], sum: Int) {
        (steps.values, sum.load(ordering: .relaxed))
    }
}

/// One counter a step; a class each, since atomics cannot live in an array.
private struct Steps: Sendable {
    private let counters: [Counter]

    init(count: Int) {
        counters = (0..<count).map { _ in Counter() }
    }

    func add(at index: Int) { counters[index].add() }

    var values: [Int] { counters.map(\.value) }
}
