import CFrameVFS
import GRDB
import Glibc
import Mail

/// Opening the folder and the database of a spool.
enum Opening {
    /// Readers beside the writer: lists, reports, octets in rows.
    static let readers = 4

    /// Makes the folder `path` if its parent exists.
    ///
    /// Its owner alone may enter it.
    static func makeFolder(_ path: String, _ files: any FileOperations) throws(SpoolError) {
        guard unsafe mkdir(path, 0o700) != 0 else { return try files.syncFolder("\(path)/..") }
        let code = errno
        guard code != ENOENT else { throw .parentMissing(path: path) }
        guard code == EEXIST else { throw .cannotOpen(path: path, errno: code) }
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw .cannotOpen(path: path, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .cannotOpen(path: path, errno: ENOTDIR) }
        guard unsafe access(path, R_OK | W_OK | X_OK) == 0 else {
            throw .cannotOpen(path: path, errno: errno)
        }
    }

    /// Makes the database's file and its companions their owner's alone, whoever may enter the folder.
    ///
    /// SQLite gives new ones the mode of the database.
    private static func keepPrivate(_ path: String) throws {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SpoolError(errno: errno) }
        close(descriptor)
        for file in [path, "\(path)-wal", "\(path)-shm"] { _ = unsafe chmod(file, 0o600) }
    }

    /// Lets the writer's frames leave by one call a commit.
    ///
    /// Only where every commit is synced before anybody hears of it: `CFrameVFS`.
    private static func gatherFrames(_ db: Database) throws {
        guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else { return }
        let code = unsafe frame_vfs_gather(db.sqliteConnection)
        guard code == 0 else { throw SpoolError.database(code: code) }
    }

    /// Opens `spool.sqlite` in the folder `spool` and brings its schema up to date.
    ///
    /// Frames of its log are written together: `CFrameVFS`. GRDB sets `synchronous = NORMAL` when it turns to WAL, after
    /// `prepareDatabase`; invariant 1 needs FULL, so it is set once the pool stands, outside a transaction.
    static func database(in spool: String) throws -> DatabasePool {
        let path = "\(spool)/spool.sqlite"
        try keepPrivate(path)
        let installed = frame_vfs_install()
        guard installed == 0 else { throw SpoolError.database(code: installed) }
        var configuration = Configuration()
        configuration.maximumReaderCount = readers
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in
            guard !db.configuration.readonly else { return }
            try Schema.refuseNewer(db, at: spool)
            try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try Schema.migrate(db)
            try gatherFrames(db)
        }
        return pool
    }
}
