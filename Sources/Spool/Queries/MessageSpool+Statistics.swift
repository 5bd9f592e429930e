import GRDB
import Mail

extension MessageSpool {
    /// Counts everything; takes a while on a large spool.
    package func statistics() async throws(SpoolError) -> SpoolStatistics {
        let (held, free) = (endpoints.all.filter(\.value.isHeld).keys, space.bytes)
        return try await read { db in
            var counted = SpoolStatistics()
            counted.diskFree = free
            try counted.countMessages(db)
            try counted.countDeliveries(db, held: Array(held))
            let pageSize = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
            counted.databaseSize = pageSize * (try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0)
            counted.databaseFree = pageSize * (try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0)
            return counted
        }
    }
}

extension MessageSpool {
    /// Whether the writer waits for the disk at every commit, as invariant 1 demands: `synchronous` read back.
    package func isFullySynchronous() async throws(SpoolError) -> Bool {
        try await desk.write { try Int.fetchOne($0.db, sql: "PRAGMA synchronous") == 2 }
    }
}

extension SpoolStatistics {
    fileprivate mutating func countMessages(_ db: Database) throws {
        let sql =
            "SELECT count(*), coalesce(sum(size), 0), count(*) FILTER (WHERE octets IS NULL) FROM message"
        guard let row = try Row.fetchOne(db, sql: sql) else { return }
        (messages, octets, files) = (row[0], row[1], row[2])
    }

    fileprivate mutating func countDeliveries(_ db: Database, held names: [String]) throws {
        for row in try Row.fetchAll(db, sql: "SELECT state, count(*) FROM delivery GROUP BY state") {
            if let state = DeliveryState(rawValue: row[0]) { deliveries[state] = row[1] }
        }
        for name in names {
            let count = try EndpointRows.ready(for: name, db)
            if count > 0 { held[name] = count }
        }
        let oldest = try Int64.fetchOne(db, sql: "SELECT min(at) FROM delivery WHERE state = 0")
        oldestReady = oldest.map(Timestamp.init(milliseconds:))
        attempts = try Int.fetchOne(db, sql: "SELECT count(*) FROM attempt") ?? 0
    }
}
