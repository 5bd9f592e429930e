import GRDB
import Mail

/// The one row of the table `spool`.
struct SpoolRow {
    /// The last 65 bits of every id.
    let salt: SpoolSalt
    /// No key up to this one is ever used again.
    let newest: Int64
    /// No claimed delivery has a smaller key.
    let lowWater: Int64
    /// What the clock said when the spool was last written; rough.
    let seenAt: Timestamp

    /// Reads it.
    ///
    /// The newest key is the greatest of those stored and those removed.
    init(_ db: Database) throws {
        let sql = "SELECT *, (SELECT max(seq) FROM message) AS stored FROM spool"
        guard let row = try Row.fetchOne(db, sql: sql) else { throw SpoolError.database(code: 11) }
        salt = SpoolSalt(
            high: UInt64(bitPattern: row["salt_high"] as Int64),
            low: UInt64(bitPattern: row["salt_low"] as Int64))
        newest = max(row["newest"], row["stored"] as Int64? ?? 0)
        lowWater = row["low_water"]
        seenAt = Timestamp(milliseconds: row["seen_at"])
    }
}
