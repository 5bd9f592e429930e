import Mail
import Spool
import Synchronization

/// A clock that tests set.
final class TestClock: Sendable {
    private let milliseconds: Atomic<Int64>
    private let jumped = Atomic<Int64>(0)

    init(_ milliseconds: Int64) { self.milliseconds = Atomic(milliseconds) }

    var now: Timestamp { Timestamp(milliseconds: milliseconds.load(ordering: .relaxed)) }

    /// The time that has really passed.
    var uptime: Duration {
        .milliseconds(milliseconds.load(ordering: .relaxed) - jumped.load(ordering: .relaxed))
    }

    /// Sets the clock; the time has passed.
    func set(_ value: Int64) { milliseconds.store(value, ordering: .relaxed) }

    /// Puts the clock forward or back; no time has passed.
    func jump(_ seconds: Int64) {
        jumped.add(seconds * 1000, ordering: .relaxed)
        milliseconds.add(seconds * 1000, ordering: .relaxed)
    }
}

extension SpoolOptions {
    /// Takes the time from `clock`.
    mutating func follow(_ clock: TestClock) {
        now = { clock.now }
        uptime = { clock.uptime }
    }
}
