import GRDBSQLite

/// The SQLite that the process has loaded.
package enum SQLiteLibrary {
    /// Its version, such as `3.40.1`.
    package static var versionText: String { unsafe String(cString: sqlite3_libversion()) }
}
