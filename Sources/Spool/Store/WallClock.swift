import Glibc
package import Mail

/// The clocks of the system.
package enum WallClock {
    /// The time of day.
    package static let now: @Sendable () -> Timestamp = {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// The time since the machine started, suspended or not.
    package static let uptime: @Sendable () -> Duration = {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
