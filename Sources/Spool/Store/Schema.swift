import GRDB

/// The tables, as a list of migrations; `user_version` counts those that were applied.
///
/// The schema is lean: every index adds a page to every commit, so there is none that acceptance touches. The
/// octets are the last column, so that reading the others never reads them.
///
/// | table | key | one row is |
/// |---|---|---|
/// | `spool` | – | the spool itself |
/// | `message` | `seq`: the upper 63 bits of the id | a message |
/// | `delivery` | `message, n` | what one POST carries |
/// | `attempt` | `message, n, k` | one attempt; never changed |
/// | `endpoint_state` | `endpoint` | what is remembered of an endpoint |
/// | `greylist` | `network, pair` | a stranger that was asked to wait, or no longer is one |
enum Schema {
    /// The newest version this program knows.
    static var version: Int { migrations.count }

    /// Refuses the database of a newer program; asked before anything is changed.
    static func refuseNewer(_ db: Database, at path: String) throws {
        let found = try applied(db)
        guard found <= version else { throw SpoolError.newerSchema(path: path, found: found, known: version) }
    }

    /// Brings the database to `version`, each step in a transaction of its own.
    static func migrate(_ db: Database) throws {
        for (number, migration) in migrations.enumerated().dropFirst(try applied(db)) {
            try db.inTransaction(.immediate) {
                try db.execute(sql: migration)
                try db.execute(sql: "PRAGMA user_version = \(number + 1)")
                return .commit
            }
        }
    }

    private static func applied(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    }

    private static let migrations = [first, second, third]

    private static let first = """
        CREATE TABLE spool (
            salt_high INTEGER NOT NULL,     -- the last 65 bits of every id
            salt_low INTEGER NOT NULL,
            newest INTEGER NOT NULL,        -- the greatest key that was ever removed
            low_water INTEGER NOT NULL,     -- no claimed delivery has a smaller key
            seen_at INTEGER NOT NULL        -- what the clock said, some seconds ago
        );
        INSERT INTO spool VALUES (random() & 1, random(), 0, 0, 0);

        CREATE TABLE message (
            seq INTEGER PRIMARY KEY,
            received_at INTEGER NOT NULL,   -- all times: milliseconds since 1970, UTC
            size INTEGER NOT NULL,
            sha256 BLOB NOT NULL,
            envelope TEXT NOT NULL,         -- JSON
            refused TEXT,                   -- JSON; NULL: nobody
            trace BLOB NOT NULL,
            transcript BLOB,
            octets BLOB                     -- NULL: in bodies/XX/msg_….eml
        );
        CREATE INDEX message_in_file ON message (seq) WHERE octets IS NULL;

        CREATE TABLE delivery (
            message INTEGER NOT NULL,
            n INTEGER NOT NULL,             -- from 1
            endpoint TEXT NOT NULL,
            recipients TEXT NOT NULL,       -- JSON
            state INTEGER NOT NULL,         -- 0 ready, 1 claimed, 2 delivered, 3 dead
            at INTEGER NOT NULL,            -- ready: due; claimed: since; delivered, dead: ended
            spent INTEGER NOT NULL,         -- attempts that count, in this series
            attempts INTEGER NOT NULL,      -- rows in attempt
            series_start INTEGER NOT NULL,
            held_before INTEGER NOT NULL,   -- the endpoint's held time when the series began
            origin INTEGER,                 -- n of the delivery it repeats
            url TEXT,                       -- instead of the endpoint's
            PRIMARY KEY (message, n)
        ) WITHOUT ROWID;
        CREATE INDEX delivery_due ON delivery (endpoint, at) WHERE state = 0;

        CREATE TABLE attempt (
            message INTEGER NOT NULL,
            n INTEGER NOT NULL,
            k INTEGER NOT NULL,             -- from 1, over all series
            at INTEGER NOT NULL,
            result INTEGER NOT NULL,        -- 0 delivered, 1 failed, 2 deferred, 3 interrupted
            status INTEGER,
            resolved INTEGER,               -- milliseconds from `at`
            connected INTEGER,
            secured INTEGER,
            answered INTEGER,
            ended INTEGER,
            address TEXT,
            error TEXT,
            response BLOB,
            PRIMARY KEY (message, n, k)
        ) WITHOUT ROWID;

        CREATE TABLE endpoint_state (
            endpoint TEXT PRIMARY KEY,
            holds INTEGER NOT NULL,         -- bits: 1 paused, 2 disabled, 4 not configured
            held_since INTEGER,
            held_before INTEGER NOT NULL,   -- milliseconds
            reason TEXT,
            blocked_until INTEGER,
            failures INTEGER NOT NULL
        ) WITHOUT ROWID;
        """

    private static let second = """
        CREATE TABLE greylist (
            network BLOB NOT NULL,          -- 3 octets of an IPv4 address, 8 of an IPv6 address
            pair BLOB NOT NULL,             -- digest of sender and recipient; empty: the network itself
            first_at INTEGER NOT NULL,
            passes INTEGER NOT NULL,        -- 0: waits
            expires_at INTEGER NOT NULL,
            PRIMARY KEY (network, pair)
        ) WITHOUT ROWID;
        CREATE INDEX greylist_expiry ON greylist (expires_at);
        """

    /// For endpoints in order: without it every claim sorts all that is ready.
    private static let third = """
        CREATE INDEX delivery_order ON delivery (endpoint, message, n) WHERE state = 0;
        """
}
