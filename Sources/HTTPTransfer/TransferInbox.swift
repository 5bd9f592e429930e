import CCurl
import Synchronization

/// Where other threads leave work for the curl thread: appended one by one, taken out whole, one wake-up a sleep.
final class TransferInbox: Sendable {
    /// A transfer and when it came.
    struct Submission: Sendable {
        let transfer: Transfer
        let submittedAt: ContinuousClock.Instant
    }

    /// What the curl thread finds.
    struct Batch {
        var submissions: [Submission]
        var deadline: ContinuousClock.Instant?
    }

    fileprivate struct Contents {
        var submissions: [Submission] = []
        var deadline: ContinuousClock.Instant?
        var isAsleep = false
        var hasEnded = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let contents = Mutex(Contents())
    /// The multi handle; other threads only wake it.
    let multi: MultiHandle

    init(multi: MultiHandle) {
        self.multi = multi
    }

    /// Adds `transfers`; false when the engine is stopping and takes nothing.
    func add(_ transfers: [Transfer]) -> Bool {
        let now = ContinuousClock.now
        let (isTaken, needsWaking) = contents.withLock { contents in
            guard contents.deadline == nil else { return (false, false) }
            for transfer in transfers {
                contents.submissions.append(Submission(transfer: transfer, submittedAt: now))
            }
            return (true, contents.wake())
        }
        if needsWaking { multi.wakeUp() }
        return isTaken
    }

    /// Takes out everything.
    func take() -> Batch {
        contents.withLock { contents in
            contents.isAsleep = false
            let taken = contents.submissions
            contents.submissions = []
            return Batch(submissions: taken, deadline: contents.deadline)
        }
    }

    /// Notes that the curl thread, having seen `batch`, is about to sleep; false when there is more to take first.
    func fallAsleep(after batch: Batch) -> Bool {
        contents.withLock { contents in
            contents.isAsleep = contents.submissions.isEmpty && contents.deadline == batch.deadline
            return contents.isAsleep
        }
    }

    /// Asks the curl thread to end by `deadline`; the earliest one asked for counts.
    func stop(by deadline: ContinuousClock.Instant) {
        let needsWaking = contents.withLock { contents in
            contents.deadline = min(contents.deadline ?? deadline, deadline)
            return contents.wake()
        }
        if needsWaking { multi.wakeUp() }
    }

    /// Returns when the curl thread has ended.
    func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let hasEnded = contents.withLock { contents in
                if !contents.hasEnded { contents.waiters.append(continuation) }
                return contents.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    /// Notes that the curl thread has ended.
    func end() {
        let waiters = contents.withLock { contents in
            contents.hasEnded = true
            return contents.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}

extension TransferInbox.Contents {
    /// Whether the sleeper must be woken; only the first who asks gets yes.
    fileprivate mutating func wake() -> Bool {
        defer { isAsleep = false }
        return isAsleep
    }
}
