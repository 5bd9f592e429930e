import GRDB
import GRDBSQLite

/// Brings the pages of the write-ahead log into the database, after those who wait for a commit were told.
///
/// Left to itself, SQLite does it inside the commit that makes the log long: a thousand pages are copied and synced,
/// milliseconds on a good disk, while senders wait for a `250` that has long been durable. Used on the writer's
/// thread only, and ended by `finalize` before the connection closes.
final class LogCheckpoints {
    /// The length of the log, in pages, that is worth a checkpoint; SQLite's own, measured best here too.
    static let dueLength = 1000

    /// Pages in the log after the last commit.
    private var length = 0

    /// Takes SQLite's automatic checkpoints of `db` over.
    init(_ db: Database) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe sqlite3_wal_hook(
            db.sqliteConnection,
            { context, _, _, pages in
                guard let context = unsafe context else { return SQLITE_OK }
                unsafe Unmanaged<LogCheckpoints>.fromOpaque(context).takeUnretainedValue().length = Int(pages)
                return SQLITE_OK
            }, context)
    }

    /// Whether the log has become long enough.
    var isDue: Bool { length >= Self.dueLength }

    /// Copies what no reader needs in the log any more; the next commit writes the log from its beginning.
    ///
    /// A failure loses nothing, the pages stay in the log; it is tried again after the next commit.
    func run(_ db: Database) throws {
        try db.checkpoint(.passive)
        length = 0
    }

    /// Gives the connection its own way back.
    func finalize(_ db: Database) {
        unsafe sqlite3_wal_hook(db.sqliteConnection, nil, nil)
    }
}
