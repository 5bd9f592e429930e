import Logging
import Synchronization

/// Keeps what a spool logs at `notice` and above, and lets tests wait for it.
final class LineRecorder: LogHandler {
    private let state = Mutex<(lines: [String], waiters: [(Int, CheckedContinuation<Void, Never>)])>(([], []))

    var logger: Logger { Logger(label: "test") { _ in self } }

    /// Each line: its level, its text, and its metadata but for reasons.
    var lines: [String] { state.withLock(\.lines) }

    /// Returns once there are `count` lines.
    func wait(for count: Int) async {
        await withCheckedContinuation { waiter in
            let isThere = state.withLock { state in
                if state.lines.count < count { state.waiters.append((count, waiter)) }
                return state.lines.count >= count
            }
            if isThere { waiter.resume() }
        }
    }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    var logLevel: Logger.Level {
        get { .notice }
        set {}
    }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        let facts = (event.metadata ?? [:]).filter { $0.key != "reason" }
            .sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let ready = state.withLock { state in
            state.lines.append("\(event.level) \(event.message)\(facts)")
            let count = state.lines.count
            defer { state.waiters.removeAll { $0.0 <= count } }
            return state.waiters.filter { $0.0 <= count }
        }
        for (_, waiter) in ready { waiter.resume() }
    }
}
