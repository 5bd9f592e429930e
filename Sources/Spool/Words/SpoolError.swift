package import Mail

/// Why the spool could not do what it was asked.
package enum SpoolError: Error, Equatable, Sendable {
    /// The folder that should hold the spool does not exist.
    case parentMissing(path: String)
    /// A file or folder of the spool cannot be made, opened or written.
    case cannotOpen(path: String, errno: Int32)
    /// Another process holds the spool; its process id, where it is known.
    case locked(path: String, holder: Int32?)
    /// A newer Transom wrote the spool.
    case newerSchema(path: String, found: Int, known: Int)
    /// There is no space left: 452.
    case diskFull
    /// A system call failed.
    case inputOutput(errno: Int32)
    /// SQLite failed, with its extended result code.
    case database(code: Int32)
    /// The row of a message names a body file that is not there (invariant 6).
    case bodyMissing(MessageID)
    /// There is no such message or delivery.
    case notFound(String)
    /// The spool is closed.
    case closed

    /// Whether the cure is space: 452, and 451 for all else (invariant 9).
    package var isOutOfSpace: Bool { self == .diskFull }
}
