import Dispatch
import Glibc
import Synchronization

/// Where the lines of the log go: a descriptor, and from `collect` on a buffer before it.
///
/// A line costs a call of the system and may have to wait for whoever reads the log, so the lines about mail are
/// collected and leave together, a few milliseconds later, on a thread that nobody waits for. A line that wants to
/// be seen takes all before it along and is written when `append` returns.
package final class LogOutput: Sendable {
    /// Standard error.
    static let standardError = LogOutput(STDERR_FILENO)
    /// How long a line may stay in the buffer.
    static let delay = DispatchTimeInterval.milliseconds(5)
    /// Octets that may wait for a reader that has stopped; lines beyond are counted instead of kept.
    static let limit = 1 << 20

    private struct Waiting {
        var lines: [UInt8] = []
        var lost = 0
        var isCollecting = false
        /// Makes the line that says how many were lost.
        var lossLine: @Sendable (Int) -> [UInt8] = { _ in [] }
    }

    private let descriptor: Int32
    private let waiting = Mutex(Waiting())
    /// Held while octets are written, so that lines stay in order.
    private let turn = Mutex<Void>(())
    private let queue = DispatchQueue(label: "transom-log")

    /// The output to `descriptor`, which stays open.
    package init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Collects lines from here on; `lossLine` makes the line about lines that were lost.
    ///
    /// It may start a thread, so it comes after what wants to be alone in the process.
    package func collect(lossLine: @escaping @Sendable (Int) -> [UInt8]) {
        waiting.withLock { ($0.isCollecting, $0.lossLine) = (true, lossLine) }
    }

    /// Adds a whole line; `isUrgent`: it is written before the call returns.
    package func append(_ line: [UInt8], isUrgent: Bool) {
        let (isFirst, isCollecting) = waiting.withLock { waiting in
            guard isUrgent || waiting.lines.count + line.count <= Self.limit else {
                waiting.lost += 1
                return (false, true)
            }
            defer { waiting.lines += line }
            return (waiting.lines.isEmpty, waiting.isCollecting)
        }
        if isUrgent || !isCollecting {
            flush()
        } else if isFirst {
            queue.asyncAfter(deadline: .now() + Self.delay) { self.flush() }
        }
    }

    /// Writes all that waits.
    package func flush() {
        turn.withLock { _ in
            let (lines, lost) = waiting.withLock { waiting in
                defer { (waiting.lines, waiting.lost) = ([], 0) }
                return (waiting.lines, waiting.lost > 0 ? waiting.lossLine(waiting.lost) : [])
            }
            write(lines)
            write(lost)
        }
    }

    /// Writes all of `octets`, however small the pieces are that the reader takes; gives up when there is no reader.
    private func write(_ octets: [UInt8]) {
        var rest = octets[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                unsafe poll(&ready, 1, -1)
            } else if errno != EINTR {
                return
            }
        }
    }
}
