import GRDB
import Glibc

extension SpoolError {
    /// The error for whatever the database threw.
    init(_ error: any Error) {
        switch error {
        case let error as SpoolError: self = error
        case let error as DatabaseError: self = SpoolError(sqlite: error.extendedResultCode.rawValue)
        default: self = .database(code: 1)
        }
    }

    /// The error for SQLite's extended result code.
    init(sqlite code: Int32) {
        self = code & 0xFF == ResultCode.SQLITE_FULL.rawValue ? .diskFull : .database(code: code)
    }
}

extension SpoolError: CustomStringConvertible {
    /// One sentence for people: what is wrong and what to do.
    package var description: String {
        switch self {
        case .parentMissing(let path):
            "the spool \(path) cannot be made, because the folder that should hold it does not exist"
        case .cannotOpen(let path, let errno):
            "\(path) cannot be read and written (\(reason(errno))): the spool's folder must belong to the user Transom runs as"
        case .locked(let path, let holder?):
            "the spool \(path) is in use by process \(holder)"
        case .locked(let path, nil):
            "the spool \(path) is in use by another process"
        case .newerSchema(let path, let found, let known):
            "the spool \(path) was written by a newer Transom (schema \(found); this one knows \(known)): run that one, or give this one another spool"
        case .diskFull:
            "there is no space left for the spool"
        case .inputOutput(let errno):
            "the spool's disk failed: \(reason(errno))"
        case .database(let code):
            "the spool's database failed, SQLite says \(ResultCode(rawValue: code)); \(cure(code))"
        case .bodyMissing(let id):
            "the body file of \(id) is missing"
        case .notFound(let id):
            "there is no \(id) in the spool"
        case .closed:
            "the spool is closed"
        }
    }

    private func cure(_ code: Int32) -> String {
        ResultCode(rawValue: code).primaryResultCode == .SQLITE_NOTADB
            ? "what lies in place of spool.sqlite is none of ours: restore a copy, or move it away"
            : "run `transom spool fsck`"
    }

    private func reason(_ errno: Int32) -> String {
        unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "errno \(errno)"
    }
}
