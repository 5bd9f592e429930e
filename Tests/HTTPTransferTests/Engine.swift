import HTTPTransfer
import Synchronization

/// An engine whose results can be awaited one by one.
final class AwaitedEngine: TransferObserver {
    private struct State {
        var results: [UInt64: TransferResult] = [:]
        var waiters: [UInt64: CheckedContinuation<TransferResult, Never>] = [:]
        var order: [UInt64] = []
        var next: UInt64 = 0
        var engine: TransferEngine?
    }

    private let state = Mutex(State())

    init(limits: TransferLimits = TransferLimits()) {
        let engine = TransferEngine(limits: limits, observer: self)
        state.withLock { $0.engine = engine }
    }

    /// Starts a POST of `body` to `url` and gives back its token.
    func start(
        _ url: String, body: TransferBody = .memory(Array("hello".utf8)),
        headers: [(name: String, value: String)] = [],
        timeout: Duration = .seconds(10), egress: EgressPolicy = .privateToo, caFile: String? = nil
    ) -> UInt64 {
        let (token, engine) = state.withLock { state in
            state.next += 1
            return (state.next, state.engine)
        }
        engine?.submit(
            Transfer(
                token: token, url: url, headers: headers, body: body, timeout: timeout, egress: egress,
                caFile: caFile))
        return token
    }

    /// The result for `token`.
    func result(_ token: UInt64) async -> TransferResult {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state in
                let result = state.results.removeValue(forKey: token)
                if result == nil { state.waiters[token] = continuation }
                return result
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// The tokens in the order in which their results came.
    var order: [UInt64] { state.withLock { $0.order } }

    /// Starts a POST and waits for its result.
    func post(
        _ url: String, body: TransferBody = .memory(Array("hello".utf8)),
        headers: [(name: String, value: String)] = [],
        timeout: Duration = .seconds(10), egress: EgressPolicy = .privateToo, caFile: String? = nil
    ) async -> TransferResult {
        await result(
            start(url, body: body, headers: headers, timeout: timeout, egress: egress, caFile: caFile))
    }

    /// Stops the engine within `grace`.
    func shutdown(within grace: Duration) async {
        await state.withLock { $0.engine }?.shutdown(within: grace)
    }

    func finished(_ results: [TransferResult]) {
        let ready = state.withLock { state in
            state.order += results.map(\.token)
            return results.compactMap {
                result -> (CheckedContinuation<TransferResult, Never>, TransferResult)? in
                if let waiter = state.waiters.removeValue(forKey: result.token) { return (waiter, result) }
                state.results[result.token] = result
                return nil
            }
        }
        for (waiter, result) in ready { waiter.resume(returning: result) }
    }
}

extension TransferResult {
    /// The status of the answer; `nil` when it failed.
    var status: Int? {
        guard case .response(let response) = outcome else { return nil }
        return response.status
    }

    /// The answer; `nil` when it failed.
    var response: TransferResponse? {
        guard case .response(let response) = outcome else { return nil }
        return response
    }

    /// Why it failed; `nil` when it was answered.
    var error: TransferError? {
        guard case .failed(let error) = outcome else { return nil }
        return error
    }
}

/// A stream of `count` octets that counts from 0 to 250 again and again.
final class CountingStream: BodyStream {
    let count: Int
    private let state = Mutex((offset: 0, rewinds: 0))

    init(count: Int) {
        self.count = count
    }

    var rewinds: Int { state.withLock { $0.rewinds } }

    static func octets(_ range: Range<Int>) -> [UInt8] { range.map { UInt8($0 % 251) } }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        state.withLock { state in
            let taken = min(buffer.count, count - state.offset)
            unsafe buffer.copyBytes(from: Self.octets(state.offset..<(state.offset + taken)))
            state.offset += taken
            return taken
        }
    }

    func rewind() throws {
        state.withLock { state in
            state.offset = 0
            state.rewinds += 1
        }
    }
}

/// A stream that cannot be read.
final class BrokenStream: BodyStream {
    struct Broken: Error {}
    let count = 1000
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int { throw Broken() }
    func rewind() throws {}
}
