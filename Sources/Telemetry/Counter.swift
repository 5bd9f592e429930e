import Synchronization

/// A number that only rises: how often something happened since the program started.
package final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    init() {}

    /// Adds `amount`, which is never negative.
    package func add(_ amount: Int = 1) {
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    /// What was counted so far.
    package var value: Int { count.load(ordering: .relaxed) }
}

/// A number that rises and falls: how much of something there is now.
package final class Gauge: Sendable {
    private let level = Atomic<Int>(0)

    init() {}

    /// Sets the level.
    package func set(_ value: Int) {
        level.store(value, ordering: .relaxed)
    }

    /// Raises the level by `amount`, or lowers it by a negative one.
    package func add(_ amount: Int) {
        level.wrappingAdd(amount, ordering: .relaxed)
    }

    /// The level.
    package var value: Int { level.load(ordering: .relaxed) }
}
