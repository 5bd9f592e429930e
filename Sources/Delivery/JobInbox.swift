import Dispatch
import Synchronization

/// Work for one thread: appended one by one or in batches, taken out whole, one signal a sleep.
final class JobInbox<Job: Sendable>: Sendable {
    private struct Contents {
        var jobs: [Job] = []
        var isAsleep = false
        var isClosed = false
    }

    private let contents = Mutex(Contents())
    private let signal = DispatchSemaphore(value: 0)

    /// Adds `jobs`; false when the inbox is closed.
    func add(_ jobs: [Job]) -> Bool {
        let (isTaken, isAsleep) = contents.withLock { contents in
            guard !contents.isClosed else { return (false, false) }
            contents.jobs += jobs
            defer { contents.isAsleep = false }
            return (true, contents.isAsleep)
        }
        if isAsleep { signal.signal() }
        return isTaken
    }

    /// Takes out everything, after waiting until there is something; `nil` when closed and empty.
    func take() -> [Job]? {
        while true {
            let (taken, isClosed) = contents.withLock { contents in
                let taken = contents.jobs
                contents.jobs = []
                contents.isAsleep = taken.isEmpty && !contents.isClosed
                return (taken, contents.isClosed)
            }
            if !taken.isEmpty { return taken }
            if isClosed { return nil }
            signal.wait()
        }
    }

    /// Takes nothing more; whoever waits gets what is left, then `nil`.
    func close() {
        let isAsleep = contents.withLock { contents in
            contents.isClosed = true
            defer { contents.isAsleep = false }
            return contents.isAsleep
        }
        if isAsleep { signal.signal() }
    }
}
