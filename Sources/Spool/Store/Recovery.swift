import GRDB
import Logging
import Mail

/// What happens at start before anything else: nobody holds a claim any more, for the lock proves the holder gone
/// (invariants 5 and 7).
enum Recovery {
    /// What the last holder left behind.
    struct Found {
        /// The spool's own row.
        var row: SpoolRow
        /// The endpoints' states.
        var endpoints: [String: EndpointState]
        /// Messages whose body file is not there.
        var missingBodies: [MessageID]
    }

    /// Puts everything in order; what it writes is one transaction.
    static func run(_ db: Database, _ bodies: BodyFolder, now: Timestamp, _ logger: Logger) throws -> Found {
        let row = try SpoolRow(db)
        try db.inTransaction(.immediate) {
            if now + ClockWatch.tolerance < row.seenAt {
                try ClockWatch.shift(db, by: now - row.seenAt)
                logger.warning("the clock has jumped back since the spool was last open")
            }
            let count = try releaseClaims(db, from: row.lowWater, salt: row.salt, now: now)
            if count > 0 {
                logger.notice("deliveries were in flight and are due again", metadata: ["count": "\(count)"])
            }
            return .commit
        }
        let missing = try reconcile(bodies, db, salt: row.salt, logger)
        return Found(row: row, endpoints: try EndpointRows.all(db), missingBodies: missing)
    }

    /// Makes every claimed delivery ready and due, with its open attempt on record as interrupted and not
    /// counted; answers how many.
    ///
    /// Only what lies above the low-water mark is searched.
    private static func releaseClaims(
        _ db: Database, from lowWater: Int64, salt: SpoolSalt, now: Timestamp
    ) throws -> Int {
        let rows = try Row.fetchAll(
            db, sql: "SELECT message, n, attempts, at FROM delivery WHERE message >= ? AND state = 1",
            arguments: [lowWater])
        let outcomes = try OutcomeRows(db)
        defer { outcomes.finalize() }
        for row in rows {
            let id = DeliveryID(message: MessageID(key: row["message"], salt: salt), number: row["n"])
            let record = AttemptRecord(startedAt: Timestamp(milliseconds: row["at"]), result: .interrupted)
            let outcome = AttemptOutcome(
                delivery: id, attempt: row["attempts"] + 1, record: record,
                next: .ready(due: now, isSpent: false))
            _ = try outcomes.write(outcome)
        }
        return rows.count
    }

    /// Removes body files that no row names, and answers rows whose file is not there (invariant 6).
    private static func reconcile(
        _ bodies: BodyFolder, _ db: Database, salt: SpoolSalt, _ logger: Logger
    ) throws -> [MessageID] {
        var expected = try inFiles(db, salt: salt)
        for (path, id) in try bodies.list() {
            if let id, expected.remove(id) != nil { continue }
            try bodies.files.remove(path)
            logger.notice("removed a body file without a message", metadata: ["file": "\(path)"])
        }
        for id in expected {
            logger.error("the body file of a message is missing", metadata: ["message": "\(id)"])
        }
        return expected.sorted()
    }

    /// The messages whose octets are in files.
    static func inFiles(_ db: Database, salt: SpoolSalt) throws -> Set<MessageID> {
        let keys = try Int64.fetchAll(db, sql: "SELECT seq FROM message WHERE octets IS NULL")
        return Set(keys.map { MessageID(key: $0, salt: salt) })
    }
}
