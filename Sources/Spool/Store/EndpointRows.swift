import GRDB
import Mail

/// Rows of the table `endpoint_state`.
enum EndpointRows {
    /// All of them.
    static func all(_ db: Database) throws -> [String: EndpointState] {
        let rows = try Row.fetchAll(db, sql: "SELECT * FROM endpoint_state")
        return Dictionary(rows.map { ($0["endpoint"], EndpointState($0)) }, uniquingKeysWith: { $1 })
    }

    /// What is stored of `endpoint`, or an endpoint that is not held.
    static func state(of endpoint: String, _ db: Database) throws -> EndpointState {
        let row = try Row.fetchOne(
            db, sql: "SELECT * FROM endpoint_state WHERE endpoint = ?", arguments: [endpoint])
        return row.map { EndpointState($0) } ?? EndpointState()
    }

    /// Stores `state`.
    static func store(_ state: EndpointState, of endpoint: String, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO endpoint_state VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                endpoint, state.holds.rawValue, state.heldSince?.milliseconds, state.heldBefore.milliseconds,
                state.reason, state.health.blockedUntil?.milliseconds, state.health.failures,
            ])
    }

    /// The endpoints for which deliveries are ready, by hops over the due index.
    static func waiting(_ db: Database) throws -> [String] {
        try String.fetchAll(
            db,
            sql: """
                WITH RECURSIVE hop (endpoint) AS (
                    SELECT min(endpoint) FROM delivery WHERE state = 0
                    UNION ALL
                    SELECT (SELECT min(endpoint) FROM delivery WHERE state = 0 AND endpoint > hop.endpoint)
                    FROM hop WHERE endpoint IS NOT NULL)
                SELECT endpoint FROM hop WHERE endpoint IS NOT NULL
                """)
    }

    /// How many deliveries to `endpoint` are ready.
    static func ready(for endpoint: String, _ db: Database) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT count(*) FROM delivery WHERE state = 0 AND endpoint = ?", arguments: [endpoint])
            ?? 0
    }
}

extension EndpointState {
    fileprivate init(_ row: Row) {
        self.init(
            holds: Holds(rawValue: row["holds"]),
            heldSince: (row["held_since"] as Int64?).map(Timestamp.init(milliseconds:)),
            heldBefore: .milliseconds(row["held_before"] as Int64), reason: row["reason"],
            health: EndpointHealth(
                blockedUntil: (row["blocked_until"] as Int64?).map(Timestamp.init(milliseconds:)),
                failures: row["failures"]))
    }

    /// Holds the endpoint for one more reason.
    mutating func hold(_ hold: Holds, reason: String?, at now: Timestamp) {
        if holds.isEmpty { heldSince = now }
        holds.formUnion(hold)
        self.reason = reason ?? self.reason
    }

    /// Takes reasons away; with the last one the endpoint is no longer held.
    mutating func release(_ hold: Holds, at now: Timestamp) {
        guard !holds.isEmpty else { return }
        holds.subtract(hold)
        if !holds.contains(.disabled) { reason = nil }
        guard holds.isEmpty else { return }
        heldBefore = heldTime(at: now)
        heldSince = nil
    }
}
