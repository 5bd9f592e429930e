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
}
