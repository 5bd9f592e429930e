package import NIOCore
import Synchronization
package import Telemetry

/// A stub resolver: asks recursive servers, keeps what they say, and asks each thing only once at a time.
///
/// Names are always absolute; no search list, no hosts file. The forms of the questions, the retries and the limits are
/// in `LookupPlan`, `DNSExchange` and `DNSCache`.
package final class DNSResolver: Sendable {
    private let group: any EventLoopGroup
    private let source: ServerSource
    private let trustsAD: Bool
    private let metrics: DNSMetrics
    private let state = Mutex(State())

    private struct State {
        var cache = DNSCache()
        var flights: [DNSKey: Flight] = [:]
        var lastWaiter = 0
    }

    /// A question under way and who waits for its answer.
    private struct Flight {
        var lookup: DNSLookup
        var waiters: [Int: EventLoopPromise<DNSAnswer>]
    }

    private enum Start {
        case known(DNSAnswer)
        case joined(waiter: Int, EventLoopFuture<DNSAnswer>, DNSLookup?)
    }

    /// A resolver whose sockets live on `group`.
    package init(
        _ options: DNSOptions, group: any EventLoopGroup, metrics: Registry
    ) throws(DNSOptionsError) {
        self.group = group
        source = try ServerSource(options)
        trustsAD = options.trustsAD
        self.metrics = DNSMetrics(metrics)
    }

    /// Asks for the records of `type` that `name` has.
    ///
    /// Cancelling the task ends the wait, and the question if nobody else waits for it.
    package func resolve(_ name: String, _ type: DNSRecordType) async -> DNSAnswer {
        guard let labels = DNSName.labels(of: name) else { return DNSAnswer(.unaskable) }
        let key = DNSKey(labels, type)
        switch start(key, labels) {
        case .known(let answer):
            return answer
        case .joined(let waiter, let future, let lookup):
            lookup?.begin()
            return await withTaskCancellationHandler {
                (try? await future.get()) ?? DNSAnswer(.failure(.cancelled))
            } onCancel: {
                leave(key, waiter)
            }
        }
    }

    /// The name under which the names of `address` (4 or 16 octets) are found; with `zone`, its name in a blocklist.
    package static func reverseName(of address: [UInt8], zone: String? = nil) -> String {
        DNSName.reverse(address, zone: zone)
    }

    /// Most names of an address that are looked at, RFC 8601 §3.
    package static let reverseNameLimit = 10

    /// The first name of `address` (4 or 16 octets) that has this address, in lower case; nil if none has.
    package func confirmedName(of address: [UInt8]) async -> String? {
        guard case .records(let names) = await resolve(Self.reverseName(of: address), .ptr).outcome else {
            return nil
        }
        let type: DNSRecordType = address.count == 4 ? .a : .aaaa
        for case .name(let name) in names.prefix(Self.reverseNameLimit) {
            guard case .records(let addresses) = await resolve(name, type).outcome else { continue }
            if addresses.contains(.address(address)) { return name }
        }
        return nil
    }

    private func start(_ key: DNSKey, _ labels: [[UInt8]]) -> Start {
        let servers = source.list()
        let start = state.withLock { state -> Start in
            if let answer = state.cache.answer(to: key, now: .now) { return .known(answer) }
            state.lastWaiter += 1
            let promise = group.next().makePromise(of: DNSAnswer.self)
            if state.flights[key] != nil {
                state.flights[key]?.waiters[state.lastWaiter] = promise
                return .joined(waiter: state.lastWaiter, promise.futureResult, nil)
            }
            let lookup = DNSLookup(
                labels: labels, type: key.type, servers: servers, trustsAD: trustsAD, on: group.next()
            ) { [weak self] answer, ttl, time in self?.land(key, answer, ttl: ttl, time: time) }
            state.flights[key] = Flight(lookup: lookup, waiters: [state.lastWaiter: promise])
            return .joined(waiter: state.lastWaiter, promise.futureResult, lookup)
        }
        if case .known = start { metrics.hits.add() }
        return start
    }

    private func land(_ key: DNSKey, _ answer: DNSAnswer, ttl: UInt32?, time: Duration) {
        metrics.count(key.type, answer.outcome, time)
        let flight = state.withLock { state in
            state.cache.keep(answer, to: key, ttl: ttl, now: .now)
            return state.flights.removeValue(forKey: key)
        }
        for promise in flight?.waiters.values.map(\.self) ?? [] { promise.succeed(answer) }
    }

    private func leave(_ key: DNSKey, _ waiter: Int) {
        let (promise, lookup) = state.withLock { state -> (EventLoopPromise<DNSAnswer>?, DNSLookup?) in
            let promise = state.flights[key]?.waiters.removeValue(forKey: waiter)
            guard let flight = state.flights[key], promise != nil, flight.waiters.isEmpty else {
                return (promise, nil)
            }
            state.flights[key] = nil
            return (promise, flight.lookup)
        }
        promise?.succeed(DNSAnswer(.failure(.cancelled)))
        lookup?.cancel()
    }
}

/// What the resolver counts.
private struct DNSMetrics: Sendable {
    let hits: Counter
    private let registry: Registry
    private let time: Histogram

    init(_ registry: Registry) {
        self.registry = registry
        hits = registry.counter(
            "transom_dns_cache_hits_total", help: "DNS questions answered from the cache.")
        time = registry.histogram(
            "transom_dns_lookup_seconds", help: "Time from a DNS question to its answer.")
    }

    func count(_ type: DNSRecordType, _ outcome: DNSAnswer.Outcome, _ duration: Duration) {
        let word =
            switch outcome {
            case .records: "records"
            case .noData: "nodata"
            case .nxDomain: "nxdomain"
            case .unaskable, .failure: "failure"
            }
        registry.counter(
            "transom_dns_questions_total", help: "DNS questions put to servers, by type and outcome.",
            labels: [Label("type", type.name), Label("outcome", word)]
        ).add()
        time.observe(duration)
    }
}
