/// One thread for work that blocks, done in the order in which it was asked for.
final class Lane: Sendable {
    private let queue: Monitor<Queue>
    private let thread: SpoolThread

    private struct Queue {
        var work: [@Sendable () -> Void] = []
        var isAsleep = false
        var isClosed = false
    }

    init(_ name: String) {
        let queue = Monitor(Queue())
        self.queue = queue
        thread = SpoolThread(name) {
            while let work = Self.next(in: queue) {
                for item in work { item() }
            }
        }
    }

    /// Asks for `work`; false when the lane is closed, and nothing will come of it.
    ///
    /// Never blocks; whoever asks bounds how much of it waits.
    @discardableResult
    func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
        let (isTaken, mustWake) = queue.withLock { queue in
            guard !queue.isClosed else { return (false, false) }
            queue.work.append(work)
            return (true, queue.isAsleep)
        }
        if mustWake { queue.ring() }
        return isTaken
    }

    /// Does what waits and ends the thread.
    func close() {
        queue.withLock { $0.isClosed = true }
        queue.ring()
        thread.join()
    }

    private static func next(in queue: Monitor<Queue>) -> [@Sendable () -> Void]? {
        queue.take { queue in
            if !queue.work.isEmpty {
                queue.isAsleep = false
                return .done(exchange(&queue.work, with: []))
            }
            guard !queue.isClosed else { return .done(nil) }
            queue.isAsleep = true
            return .wait(until: nil)
        }
    }
}

/// Puts `new` into `place` and returns what was there.
func exchange<Value>(_ place: inout Value, with new: Value) -> Value {
    let old = place
    place = new
    return old
}
