import GRDB
import GRDBSQLite

/// A statement of the hot path, prepared once on GRDB's connection and bound through the C API.
///
/// Octets are bound without a copy (`SQLITE_STATIC`): they must stay where they are until `run` returns. Used on
/// the writer's thread only, and ended by `finalize` before the connection closes.
@safe  // The pointer is made in `init`, and after `finalize` every method fails instead of using it.
final class PreparedStatement {
    private var statement: OpaquePointer?
    private let connection: OpaquePointer

    init(_ db: Database, _ sql: String) throws {
        guard let connection = unsafe db.sqliteConnection else { throw SpoolError.closed }
        unsafe self.connection = connection
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        let code = unsafe sqlite3_prepare_v3(connection, sql, -1, flags, &statement, nil)
        guard code == SQLITE_OK else { throw SpoolError(sqlite: code) }
    }

    func finalize() {
        unsafe sqlite3_finalize(statement)
        unsafe statement = nil
    }

    func bind(_ index: Int32, _ value: Int64) {
        unsafe sqlite3_bind_int64(statement, index, value)
    }

    func bind(_ index: Int32, _ value: Int?) {
        if let value { bind(index, Int64(value)) } else { bindNull(index) }
    }

    func bindNull(_ index: Int32) {
        unsafe sqlite3_bind_null(statement, index)
    }

    /// Binds UTF-8 text without a copy; `nil` as NULL.
    func bind(_ index: Int32, text: UnsafeRawBufferPointer?) {
        guard let text = unsafe text else { return bindNull(index) }
        let start = unsafe text.baseAddress ?? UnsafeRawPointer(Self.nothing.utf8Start)
        let characters = unsafe start.assumingMemoryBound(to: CChar.self)
        unsafe sqlite3_bind_text(statement, index, characters, Int32(text.count), nil)
    }

    /// Binds octets without a copy; `nil` as NULL.
    ///
    /// No octets are a value too, and SQLite takes a null pointer for NULL.
    func bind(_ index: Int32, octets: UnsafeRawBufferPointer?) {
        guard let octets = unsafe octets else { return bindNull(index) }
        if octets.count == 0 {
            unsafe sqlite3_bind_zeroblob(statement, index, 0)
        } else {
            unsafe sqlite3_bind_blob64(statement, index, octets.baseAddress, UInt64(octets.count), nil)
        }
    }

    /// Executes the statement and answers how many rows it changed.
    @discardableResult
    func run() throws(SpoolError) -> Int {
        guard unsafe statement != nil else { throw .closed }
        let code = unsafe sqlite3_step(statement)
        unsafe sqlite3_reset(statement)
        guard code == SQLITE_DONE else { throw SpoolError(sqlite: code) }
        return Int(unsafe sqlite3_changes(connection))
    }

    /// What text without characters points to: a null pointer would be NULL.
    private static let nothing: StaticString = ""
}
