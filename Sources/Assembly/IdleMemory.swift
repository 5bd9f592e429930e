import Glibc
import ServiceLifecycle

/// Lets pages of code go again when a busy bridge has become idle.
///
/// What works on mail brings them back after the start had let them go (`CodePages`); while nothing happens nobody needs
/// them, and they come back within milliseconds.
struct IdleMemory: Service {
    /// How often the processors' time is looked at.
    static let interval = Duration.seconds(5)
    /// Time on processors within an interval that is still idle: probes, watches, metrics.
    static let idleTime = Duration.milliseconds(100)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var (before, wasBusy) = (Self.processorTime(), false)
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.interval)
                let isBusy = Self.processorTime() - before > Self.idleTime
                if wasBusy, !isBusy { CodePages.release() }
                wasBusy = isBusy
                before = Self.processorTime()
            }
        }
    }

    /// The time that all threads of the process have had on processors.
    private static func processorTime() -> Duration {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
