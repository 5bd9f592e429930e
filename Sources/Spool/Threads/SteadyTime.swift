import Glibc

/// A reading of the clock that never jumps; good for waiting, and for nothing that is stored.
struct SteadyTime: Comparable, Sendable {
    /// Nanoseconds since the machine started.
    let nanoseconds: Int64

    static var now: SteadyTime {
        var time = Glibc.timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return SteadyTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    var timespec: timespec {
        Glibc.timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    }

    static func < (left: SteadyTime, right: SteadyTime) -> Bool { left.nanoseconds < right.nanoseconds }

    static func + (time: SteadyTime, duration: Duration) -> SteadyTime {
        let (seconds, attoseconds) = duration.components
        return SteadyTime(
            nanoseconds: time.nanoseconds + seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    static func - (left: SteadyTime, right: SteadyTime) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }
}
