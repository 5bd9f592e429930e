import HTTPTransfer

/// Makes one request and waits for its end.
enum OneTransfer {
    /// How `transfer` ended.
    static func run(_ transfer: Transfer) async -> TransferResult {
        let waiter = Waiter()
        let engine = TransferEngine(observer: waiter)
        engine.submit(transfer)
        var results = waiter.results.stream.makeAsyncIterator()
        let result = await results.next()
        await engine.shutdown(within: .zero)
        return result ?? TransferResult(token: transfer.token, outcome: .failed(.interrupted))
    }

    private final class Waiter: TransferObserver {
        let results = AsyncStream.makeStream(of: TransferResult.self)

        func finished(_ results: [TransferResult]) {
            for result in results { self.results.continuation.yield(result) }
        }
    }
}
