import GRDB
import Mail

extension MessageSpool {
    /// What is remembered of each endpoint.
    ///
    /// From any thread.
    package func endpointStates() -> [String: EndpointState] { endpoints.all }

    /// Says which endpoints the configuration names.
    ///
    /// Deliveries to others are held as `missing` until their name returns; answers how many wait for each of
    /// those.
    package func configureEndpoints(_ names: [String]) async throws(SpoolError) -> [String: Int] {
        let (now, endpoints, names) = (options.now(), endpoints, Set(names))
        let (_, waiting) = try await desk.write { transaction in
            let (changes, waiting) = try Self.configure(names, at: now, transaction.db)
            return (changes, waiting)
        } committed: {
            endpoints.adopt($0.0)
        }
        return waiting
    }

    /// Adds a reason to hold `endpoint`: pause or disablement.
    package func hold(_ endpoint: String, as hold: EndpointState.Holds, reason: String? = nil)
        async throws(SpoolError)
    {
        let now = options.now()
        try await change(endpoint) { $0.hold(hold, reason: reason, at: now) }
    }

    /// Ends pause and disablement of `endpoint`.
    package func resume(_ endpoint: String) async throws(SpoolError) {
        let now = options.now()
        try await change(endpoint) { $0.release([.paused, .disabled], at: now) }
    }

    /// Stores the health of `endpoint` for the next start.
    ///
    /// Rides in the next transaction.
    package func record(_ health: EndpointHealth, of endpoint: String) async throws(SpoolError) {
        try await change(endpoint) { $0.health = health }
    }

    private func change(
        _ endpoint: String, _ body: @escaping @Sendable (inout EndpointState) -> Void
    ) async throws(SpoolError) {
        let endpoints = endpoints
        _ = try await desk.write { transaction in
            var state = try EndpointRows.state(of: endpoint, transaction.db)
            body(&state)
            try EndpointRows.store(state, of: endpoint, transaction.db)
            return state
        } committed: {
            endpoints.adopt([endpoint: $0])
        }
    }

    private static func configure(
        _ names: Set<String>, at now: Timestamp, _ db: Database
    ) throws -> ([String: EndpointState], waiting: [String: Int]) {
        let known = try EndpointRows.all(db)
        var (changes, waiting): ([String: EndpointState], [String: Int]) = ([:], [:])
        for name in try names.union(known.keys).union(EndpointRows.waiting(db)) {
            var state = known[name] ?? EndpointState()
            if names.contains(name) {
                state.release(.missing, at: now)
            } else {
                state.hold(.missing, reason: nil, at: now)
                waiting[name] = try EndpointRows.ready(for: name, db)
            }
            guard state != known[name] else { continue }
            try EndpointRows.store(state, of: name, db)
            changes[name] = state
        }
        return (changes, waiting.filter { $0.value > 0 })
    }
}
