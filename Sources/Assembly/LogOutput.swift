import Dispatch
import Glibc
import Synchronization

/// Where the lines of the log go: a descriptor, and from `collect` on a buffer before it.
///
/// A line costs a call of the system and may have to wait for whoever reads the log, so from `collect` on lines leave
/// on a thread of their own: those about mail together, a few milliseconds later; one that wants to be seen at once,
/// with all before it, and `append` waits for that. It waits only as long as the log has a reader: once one has let
/// somebody wait for `patience`, nobody waits until it has taken everything.
package final class LogOutput: Sendable {
    /// Standard error.
    static let standardError = LogOutput(STDERR_FILENO)
    /// How long a line may stay in the buffer.
    static let delay = DispatchTimeInterval.milliseconds(5)
    /// How long a reader may let an urgent line wait before it counts as one that has stopped.
    static let patience = DispatchTimeInterval.milliseconds(100)
    /// How long `flush` waits for a reader: the process wants to end.
    static let parting = DispatchTimeInterval.seconds(5)
    /// Octets that may wait for a reader that has stopped; lines beyond are counted instead of kept.
    static let limit = 1 << 20
    /// As many more for urgent lines alone.
    static let urgentLimit = 64 << 10

    private struct Waiting {
        var lines: [UInt8] = []
        var lost = 0
        var manner = Manner.oneByOne
        /// Makes the line that says how many were lost.
        var lossLine: @Sendable (Int) -> [UInt8] = { _ in [] }
    }

    /// How lines leave.
    private enum Manner {
        /// Before `collect`: by whoever has one.
        case oneByOne
        /// By the thread of their own.
        case collected
        /// By that thread, for which nobody waits any more.
        case readerStopped
    }

    /// What is to be done for a line.
    private enum Step { case nothing, writeNow, writeSoon, waitForWriting }

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
        waiting.withLock { ($0.manner, $0.lossLine) = (.collected, lossLine) }
    }

    /// Adds a whole line; `isUrgent`: it is written before the call returns, unless the reader has stopped.
    package func append(_ line: [UInt8], isUrgent: Bool) {
        switch waiting.withLock({ Self.add(line, isUrgent, to: &$0) }) {
        case .nothing: break
        case .writeNow: write()
        case .writeSoon: queue.asyncAfter(deadline: .now() + Self.delay) { self.write() }
        case .waitForWriting: awaitWriting(Self.patience)
        }
    }

    /// Writes all that waits; gives up on a reader that does not take it.
    package func flush() {
        guard waiting.withLock({ $0.manner != .oneByOne }) else { return write() }
        awaitWriting(Self.parting)
    }

    private static func add(_ line: [UInt8], _ isUrgent: Bool, to waiting: inout Waiting) -> Step {
        let isFirst = waiting.lines.isEmpty
        guard waiting.lines.count + line.count <= limit + (isUrgent ? urgentLimit : 0) else {
            waiting.lost += 1
            return .nothing
        }
        waiting.lines += line
        switch waiting.manner {
        case .oneByOne: return .writeNow
        case .collected where isUrgent: return .waitForWriting
        // Whoever brought the first line has seen to the writing of all.
        case .collected, .readerStopped: return isFirst ? .writeSoon : .nothing
        }
    }

    private func awaitWriting(_ patience: DispatchTimeInterval) {
        let isWritten = DispatchSemaphore(value: 0)
        queue.async {
            self.write()
            isWritten.signal()
        }
        guard isWritten.wait(timeout: .now() + patience) == .timedOut else { return }
        // Where it was written in this moment after all, the next writing finds out.
        waiting.withLock { $0.manner = .readerStopped }
    }

    private func write() {
        turn.withLock { _ in
            let (lines, lost) = waiting.withLock { waiting in
                defer { (waiting.lines, waiting.lost) = ([], 0) }
                return (waiting.lines, waiting.lost > 0 ? waiting.lossLine(waiting.lost) : [])
            }
            write(lines)
            write(lost)
            waiting.withLock { if $0.manner == .readerStopped { $0.manner = .collected } }
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
