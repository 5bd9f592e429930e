package import Spool
import Synchronization

/// Hears what became of messages, for whoever waits.
package final class CommitLog: CommitObserver {
    private let waiters = Mutex<[UInt64: CheckedContinuation<CommitResult, Never>]>([:])
    private let next = Atomic<UInt64>(0)

    /// Nobody waits.
    package init() {}

    /// Gives `message` to `spool` and waits for what becomes of it.
    @discardableResult
    package func accept(_ message: NewMessage, into spool: MessageSpool) async -> CommitResult {
        let token = next.wrappingAdd(1, ordering: .relaxed).newValue
        return await withCheckedContinuation { waiter in
            waiters.withLock { $0[token] = waiter }
            spool.accept(message, observer: self, token: token)
        }
    }

    /// Wakes those whose messages these are.
    package func committed(_ results: [CommitResult]) {
        for result in results {
            waiters.withLock { $0.removeValue(forKey: result.token) }?.resume(returning: result)
        }
    }
}
