import GRDB
package import Mail

extension MessageSpool {
    /// Deliveries sent again in one transaction.
    private static let replayedAtOnce = 200

    /// Sends the deliveries again; answers the ids under which they go.
    ///
    /// Unknown ones are left out, those of another spool among them: of their ids only the key could be here.
    ///
    /// The same delivery begins a new series, whatever its state; one that is in flight goes on under its claim.
    package func replay(_ deliveries: [DeliveryID], _ order: ReplayOrder = ReplayOrder())
        async throws(SpoolError) -> [DeliveryID]
    {
        let series = Series(endpoints, now: options.now())
        let ours = deliveries.filter { $0.message.salt == places.salt }
        var sent: [DeliveryID] = []
        for start in stride(from: 0, to: ours.count, by: Self.replayedAtOnce) {
            let some = ours[start..<min(start + Self.replayedAtOnce, ours.count)]
            sent += try await desk.write { transaction in
                try some.compactMap { id in
                    try order.isCopy
                        ? series.copy(id, order, transaction.db) : series.restart(id, transaction.db)
                }
            }
        }
        return sent
    }

    /// The first of `deliveries` that is not here; `nil` when all are.
    package func firstUnknown(of deliveries: [DeliveryID]) async throws(SpoolError) -> DeliveryID? {
        let salt = places.salt
        return try await read { db in
            let known = try db.cachedStatement(sql: "SELECT 1 FROM delivery WHERE message = ? AND n = ?")
            return try deliveries.first { id in
                guard id.message.salt == salt else { return true }
                return try Int.fetchOne(known, arguments: [id.message.key, id.number]) == nil
            }
        }
    }

    /// Makes a first delivery of `message` to `endpoint`; `nil` when there is no such message.
    ///
    /// It is for the recipients that the rules on content had refused, or for all where none was.
    package func deliver(_ message: MessageID, to endpoint: String) async throws(SpoolError) -> DeliveryID? {
        guard message.salt == places.salt else { return nil }
        let series = Series(endpoints, now: options.now())
        return try await desk.write { try series.begin(message, to: endpoint, $0.db) }
    }
}

/// Begins series of attempts.
private struct Series: Sendable {
    let endpoints: EndpointLedger
    let now: Timestamp

    init(_ endpoints: EndpointLedger, now: Timestamp) {
        self.endpoints = endpoints
        self.now = now
    }

    /// The same delivery once more.
    func restart(_ id: DeliveryID, _ db: Database) throws -> DeliveryID? {
        guard let endpoint = try endpoint(of: id, db) else { return nil }
        try db.execute(
            sql: """
                UPDATE delivery SET state = CASE state WHEN 1 THEN 1 ELSE 0 END, at = ?, spent = 0,
                    series_start = ?, held_before = ?
                WHERE message = ? AND n = ?
                """,
            arguments: [now.milliseconds, now.milliseconds, held(endpoint), id.message.key, id.number])
        return id
    }

    /// A new delivery that names the old one.
    func copy(_ id: DeliveryID, _ order: ReplayOrder, _ db: Database) throws -> DeliveryID? {
        guard let endpoint = try order.endpoint ?? endpoint(of: id, db) else { return nil }
        let number = try nextNumber(of: id.message, db)
        try db.execute(
            sql: """
                INSERT INTO delivery SELECT message, ?, ?, recipients, 0, ?, 0, 0, ?, ?, n, coalesce(?, url)
                FROM delivery WHERE message = ? AND n = ?
                """,
            arguments: [
                number, endpoint, now.milliseconds, now.milliseconds, held(endpoint), order.url,
                id.message.key,
                id.number,
            ])
        return db.changesCount == 1 ? DeliveryID(message: id.message, number: number) : nil
    }

    /// A first delivery: for the recipients that were refused, or for all where none was.
    func begin(_ message: MessageID, to endpoint: String, _ db: Database) throws -> DeliveryID? {
        let row = try Row.fetchOne(
            db, sql: "SELECT envelope, refused FROM message WHERE seq = ?", arguments: [message.key])
        guard let row else { return nil }
        var json = JSONWriter()
        JSONText.write(try recipients(envelope: row["envelope"], refused: row["refused"]), to: &json)
        let number = try nextNumber(of: message, db)
        try db.execute(
            sql: "INSERT INTO delivery VALUES (?, ?, ?, ?, 0, ?, 0, 0, ?, ?, NULL, NULL)",
            arguments: [
                message.key, number, endpoint, String(decoding: json.bytes, as: UTF8.self), now.milliseconds,
                now.milliseconds, held(endpoint),
            ])
        return DeliveryID(message: message, number: number)
    }

    private func recipients(envelope: String, refused: String?) throws -> [RoutedRecipient] {
        if let refused = try refused.map({ try JSONText.read([RefusedRecipient].self, from: $0) }) {
            return refused.map {
                RoutedRecipient(recipient: $0.recipient, route: $0.route ?? "", captures: [])
            }
        }
        return try JSONText.read(Envelope.self, from: envelope).recipients.indices.map {
            RoutedRecipient(recipient: $0, route: "", captures: [])
        }
    }

    private func held(_ endpoint: String) -> Int64 {
        endpoints.standing(of: endpoint, at: now).heldTime.milliseconds
    }

    private func endpoint(of id: DeliveryID, _ db: Database) throws -> String? {
        try String.fetchOne(
            db, sql: "SELECT endpoint FROM delivery WHERE message = ? AND n = ?",
            arguments: [id.message.key, id.number])
    }

    private func nextNumber(of message: MessageID, _ db: Database) throws -> Int {
        let last = try Int.fetchOne(
            db, sql: "SELECT max(n) FROM delivery WHERE message = ?", arguments: [message.key])
        return (last ?? 0) + 1
    }
}
