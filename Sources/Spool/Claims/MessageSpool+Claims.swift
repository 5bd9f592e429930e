import GRDB
package import Mail

extension MessageSpool {
    /// Claims up to `limit` deliveries to `endpoint` that are due at `now`, oldest first; none while it is held.
    package func claimDue(_ endpoint: String, limit: Int, now: Timestamp) async throws(SpoolError)
        -> [ClaimedDelivery]
    {
        let (endpoints, salt) = (endpoints, places.salt)
        let rows = try await desk.write { transaction -> [ClaimedRow] in
            guard !endpoints.standing(of: endpoint, at: now).isHeld else { return [] }
            let rows = try Row.fetchAll(
                transaction.db.cachedStatement(sql: Self.due), arguments: [endpoint, now.milliseconds, limit])
            for row in rows {
                try transaction.db.cachedStatement(sql: Self.claim)
                    .execute(arguments: [now.milliseconds, row["message"] as Int64, row["n"] as Int])
            }
            let claimed = rows.map { ClaimedRow($0) }
            for row in claimed { transaction.claim(row.id(salt)) }
            return claimed
        }
        do {
            return try rows.map { try $0.delivery(in: places) }
        } catch {
            throw SpoolError(error)
        }
    }

    /// When the first ready delivery to `endpoint` is due, whether or not it is held; `nil` when none is ready.
    package func nextDue(_ endpoint: String) async throws(SpoolError) -> Timestamp? {
        let at = try await read { db in
            try Int64.fetchOne(
                db, sql: "SELECT min(at) FROM delivery WHERE state = 0 AND endpoint = ?", arguments: [endpoint])
        }
        return at.map(Timestamp.init(milliseconds:))
    }

    private static let due = """
        SELECT delivery.*, \(StoredRow.columns)
        FROM delivery JOIN message ON message.seq = delivery.message
        WHERE delivery.endpoint = ? AND delivery.state = 0 AND delivery.at <= ?
        ORDER BY delivery.at, delivery.message, delivery.n LIMIT ?
        """

    private static let claim = "UPDATE delivery SET state = 1, at = ? WHERE message = ? AND n = ?"

    /// Reads on a connection beside the writer.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(SpoolError)
        -> Value
    {
        do {
            return try await pool.read(body)
        } catch {
            throw SpoolError(error)
        }
    }
}
