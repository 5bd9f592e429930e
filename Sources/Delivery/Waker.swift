import Synchronization

/// Lets one task sleep until a time or until somebody pokes it; a poke that comes early is not lost.
final class Waker: Sendable {
    private struct State {
        var isPoked = false
        var sleeper: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Ends the sleep, or the next one.
    ///
    /// From any thread.
    func poke() {
        let sleeper = state.withLock { state in
            let sleeper = state.sleeper
            state.sleeper = nil
            state.isPoked = sleeper == nil
            return sleeper
        }
        sleeper?.resume()
    }

    /// Sleeps until `timer` returns, or a poke, or cancellation.
    func sleep(_ timer: @escaping @Sendable () async throws -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // A timer that was cancelled has nothing to say.
                if (try? await timer()) != nil { self.poke() }
            }
            await withTaskCancellationHandler {
                await self.wait()
            } onCancel: {
                self.poke()
            }
            group.cancelAll()
        }
    }

    private func wait() async {
        await withCheckedContinuation { continuation in
            let isPoked = state.withLock { state in
                if !state.isPoked { state.sleeper = continuation }
                defer { state.isPoked = false }
                return state.isPoked
            }
            if isPoked { continuation.resume() }
        }
    }
}
