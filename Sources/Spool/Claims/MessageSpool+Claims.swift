import GRDB
import Logging
package import Mail

extension MessageSpool {
    /// Claims up to `limit` deliveries to `endpoint` that are due at `now`, longest due first; none while it is held.
    ///
    /// `inOrder`: oldest message first, and none that would pass one that is not due yet. Outcomes recorded before
    /// are seen. What cannot be read is dead from here on, and logged.
    package func claimDue(
        _ endpoint: String, limit: Int, inOrder: Bool = false, now: Timestamp
    ) async throws(SpoolError) -> [ClaimedDelivery] {
        let (endpoints, salt) = (endpoints, places.salt)
        let rows = try await desk.write { transaction -> [ClaimedRow] in
            guard !endpoints.standing(of: endpoint, at: now).isHeld else { return [] }
            let found = try Row.fetchAll(
                transaction.db.cachedStatement(sql: inOrder ? Self.oldest : Self.due),
                arguments: inOrder ? [endpoint, limit] : [endpoint, now.milliseconds, limit])
            let rows = found.prefix { ($0["at"] as Int64) <= now.milliseconds }
            for row in rows {
                try transaction.db.cachedStatement(sql: Self.claim)
                    .execute(arguments: [now.milliseconds, row["message"] as Int64, row["n"] as Int])
            }
            let claimed = rows.map { ClaimedRow($0) }
            for row in claimed { transaction.claim(row.id(salt)) }
            return claimed
        }
        return rows.compactMap { row in
            do {
                return try row.delivery(in: places)
            } catch {
                giveUp(row, at: now)
                return nil
            }
        }
    }

    /// A row whose JSON makes no sense can never be sent: it is dead at once, and not claimed by nobody until the next
    /// start (invariant 8).
    private func giveUp(_ row: ClaimedRow, at now: Timestamp) {
        let outcome = row.unreadable(at: now, places.salt)
        logger.error(
            "a delivery cannot be read from the spool and is dead",
            metadata: ["delivery": "\(outcome.delivery)"])
        record(outcome)
    }

    /// When the first ready delivery to `endpoint` is due, whether or not it is held; `nil` when none is ready.
    ///
    /// `inOrder`: the first by age of its message.
    package func nextDue(_ endpoint: String, inOrder: Bool = false) async throws(SpoolError) -> Timestamp? {
        let order = inOrder ? "message, n" : "at"
        let at = try await read { db in
            try Int64.fetchOne(
                db, sql: "SELECT at FROM delivery WHERE state = 0 AND endpoint = ? ORDER BY \(order) LIMIT 1",
                arguments: [endpoint])
        }
        return at.map(Timestamp.init(milliseconds:))
    }

    private static let due =
        ready + " AND delivery.at <= ? ORDER BY delivery.at, delivery.message, delivery.n LIMIT ?"

    private static let oldest = ready + " ORDER BY delivery.message, delivery.n LIMIT ?"

    private static let ready = """
        SELECT delivery.*, \(StoredRow.columns)
        FROM delivery JOIN message ON message.seq = delivery.message
        WHERE delivery.endpoint = ? AND delivery.state = 0
        """

    private static let claim = "UPDATE delivery SET state = 1, at = ? WHERE message = ? AND n = ?"

    /// Reads on a connection beside the writer.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value)
        async throws(SpoolError)
        -> Value
    {
        do {
            return try await pool.read(body)
        } catch {
            throw SpoolError(error)
        }
    }
}
