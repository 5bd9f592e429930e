import Glibc
import Telemetry

/// What the system knows of this process, under the names that every Prometheus client library gives it.
///
/// Read from `/proc` whenever metrics are read; what cannot be read there is `NaN`.
enum ProcessMetrics {
    /// Declares them all.
    static func declare(in registry: Registry) {
        registry.counter(
            "process_cpu_seconds_total", help: "Time on processors, in user and system mode, in seconds."
        ) { Stat.now?.processorSeconds ?? .nan }
        registry.gauge("process_resident_memory_bytes", help: "Resident memory.") {
            Stat.now?.residentBytes ?? .nan
        }
        registry.gauge("process_virtual_memory_bytes", help: "Virtual memory.") {
            Stat.now?.virtualBytes ?? .nan
        }
        registry.gauge("process_open_fds", help: "Open descriptors.") { openDescriptors }
        registry.gauge("process_max_fds", help: "Descriptors that may be open at once.") { mostDescriptors }
        let start = startTime
        registry.gauge(
            "process_start_time_seconds", help: "When the process started, in seconds since 1970."
        ) { start }
    }

    /// The fields of `/proc/self/stat` that we know by number, proc_pid_stat(5).
    private struct Stat {
        let processorSeconds: Double
        /// Since the system started.
        let startSeconds: Double
        let virtualBytes: Double
        let residentBytes: Double

        static var now: Stat? { text(of: "/proc/self/stat").flatMap(Stat.init) }

        /// The name of the program, field 2, may hold blanks and parentheses: what is behind the last one counts.
        private init?(_ text: String) {
            guard let end = text.lastIndex(of: ")") else { return nil }
            let fields = text[text.index(after: end)...].split(whereSeparator: \.isWhitespace)
            func field(_ number: Int) -> Double? {
                fields.count > number - 3 ? Double(fields[number - 3]) : nil
            }
            guard let user = field(14), let system = field(15), let start = field(22),
                let virtual = field(23), let pages = field(24)
            else { return nil }
            let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
            processorSeconds = (user + system) / ticks
            startSeconds = start / ticks
            virtualBytes = virtual
            residentBytes = pages * Double(sysconf(Int32(_SC_PAGESIZE)))
        }
    }

    private static var startTime: Double {
        guard let start = Stat.now?.startSeconds,
            let line = text(of: "/proc/stat")?.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }
            ),
            let boot = Double(line.dropFirst(6))
        else { return .nan }
        return boot + start
    }

    /// The names in `/proc/self/fd` without `.`, `..` and the one that reading them opens.
    private static var openDescriptors: Double {
        guard let folder = unsafe opendir("/proc/self/fd") else { return .nan }
        defer { unsafe closedir(folder) }
        var count = -3
        while unsafe readdir(folder) != nil { count += 1 }
        return Double(count)
    }

    private static var mostDescriptors: Double {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .nan }
        return Double(limit.rlim_cur)
    }

    private static func text(of path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var (octets, window) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
        while octets.count < longestText {
            let count = unsafe read(descriptor, &window, window.count)
            guard count > 0 else { break }
            octets += window.prefix(count)
        }
        return String(decoding: octets, as: UTF8.self)
    }

    /// Of a file in `/proc` no more is read: one line for each processor is in `/proc/stat`.
    private static let longestText = 1 << 20
}
