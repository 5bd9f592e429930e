import GRDB
import Mail

/// Which messages may leave (invariant 3), and their leaving.
struct Removal: Sendable {
    /// A delivered delivery that ended until then has passed its retention.
    let deliveredUntil: Timestamp
    /// A dead one.
    let deadUntil: Timestamp

    init(_ retention: Retention, now: Timestamp) {
        deliveredUntil = now + (.zero - retention.delivered)
        deadUntil = now + (.zero - retention.dead)
    }

    /// No message received later than this can have passed its retention.
    var horizon: Timestamp { max(deliveredUntil, deadUntil) }

    /// Of the next `count` messages after key `cursor`, those that may leave; `last`: the key of the last one
    /// looked at, `nil` when there are no more before the horizon.
    func candidates(after cursor: Int64, count: Int, _ db: Database) throws -> (keys: [Int64], last: Int64?) {
        let last = try Int64.fetchOne(
            db,
            sql: """
                SELECT max(seq) FROM
                    (SELECT seq FROM message WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?)
                """,
            arguments: [cursor, IDMint.key(at: horizon), count])
        guard let last else { return ([], nil) }
        let keys = try Int64.fetchAll(
            db, sql: "SELECT seq FROM message WHERE seq > ? AND seq <= ? AND \(Self.mayLeave)",
            arguments: [cursor, last, deliveredUntil.milliseconds, deadUntil.milliseconds])
        return (keys, last)
    }

    /// Removes those of `keys` that may leave; answers them, and which of them have a body file.
    ///
    /// The greatest key is remembered, so that no id is ever used again.
    func remove(_ keys: [Int64], _ db: Database) throws -> (removed: Int, files: [Int64]) {
        var (removed, files): (Int, [Int64]) = (0, [])
        for key in keys {
            let isInFile = try Bool.fetchOne(
                db.cachedStatement(
                    sql: "SELECT octets IS NULL FROM message WHERE seq = ? AND \(Self.mayLeave)"),
                arguments: [key, deliveredUntil.milliseconds, deadUntil.milliseconds])
            guard let isInFile else { continue }
            for sql in Self.deletions { try db.cachedStatement(sql: sql).execute(arguments: [key]) }
            removed += 1
            if isInFile { files.append(key) }
        }
        if let greatest = keys.max(), removed > 0 {
            try db.execute(sql: "UPDATE spool SET newest = max(newest, ?)", arguments: [greatest])
        }
        return (removed, files)
    }

    private static let deletions = [
        "DELETE FROM attempt WHERE message = ?",
        "DELETE FROM delivery WHERE message = ?",
        "DELETE FROM message WHERE seq = ?",
    ]

    private static let mayLeave = """
        NOT EXISTS (SELECT 1 FROM delivery WHERE message = seq
                    AND NOT (state = 2 AND at <= ? OR state = 3 AND at <= ?))
        """
}
