import Admin
package import Console
import Glibc
import SASL
import SMTPServer
package import Spool
import TLS

/// Why the bridge did not start, in words that say what to do.
enum StartFailure: Error {
    /// The key for `TRANSOM_WEBHOOK_URL` mode could not be kept.
    case secretNotWritten(path: String, reason: String)
    /// The system knows no account or group of this name.
    case noAccount(name: String)
    /// The process could not become the account of `user:`, or not wholly.
    case notDropped(account: String, reason: String)
}

extension CommandError {
    /// What the operator reads when `error` kept the bridge from starting.
    package init(starting error: any Error) {
        switch error {
        case let error as CommandError: self = error
        case let error as SpoolError: self.init(error)
        case let error as ListenerError: self.init("\(error)", .unavailable)
        case let error as AdminListenerError: self.init("\(error)", .unavailable)
        case let error as CertificateError: self.init(FileReader.words(error), .configuration)
        case let error as UserStoreError: self.init(FileReader.words(error), .configuration)
        case let error as SASLError: self.init("\(error)", .configuration)
        case StartFailure.secretNotWritten(let path, let reason):
            self.init("cannot write \(path): \(reason)", .inputOutput)
        case StartFailure.noAccount(let name):
            self.init("user: there is no account or group named \(name) on this machine", .configuration)
        case StartFailure.notDropped(let account, let reason):
            self.init("cannot become \(account) (user:): \(reason)", .failure)
        default: self.init("\(error)", .failure)
        }
    }

    /// What the operator reads about the spool.
    package init(_ error: SpoolError) {
        switch error {
        case .parentMissing(let path):
            self.init(
                "the folder that should hold the spool \(path) does not exist: make it, or set spool.path",
                .unavailable)
        case .cannotOpen(let path, let code):
            self.init(
                "cannot write the spool at \(path): \(systemWords(code)); \(Self.cure(code)), or set spool.path",
                .inputOutput)
        case .locked(let path, let holder):
            let who = holder.map { "process \($0)" } ?? "another process"
            self.init(
                "the spool at \(path) is in use by \(who); stop it, or give this one its own spool.path",
                .unavailable)
        case .newerSchema(let path, let found, let known):
            self.init(
                "the spool at \(path) was written by a newer Transom (schema \(found), this one knows \(known)); upgrade this one",
                .unavailable)
        case .diskFull:
            self.init(
                "no space is left for the spool: make room on its disk, or set spool.path", .inputOutput)
        case .inputOutput(let code): self.init("the spool's disk failed: \(systemWords(code))", .inputOutput)
        case .database: self.init("\(error)", .inputOutput)
        case .bodyMissing(let id):
            self.init("the octets of \(id) are missing; see 'transom spool fsck'", .inputOutput)
        case .notFound(let what): self.init("there is no \(what)", .failure)
        case .closed: self.init("the spool is closed", .unavailable)
        }
    }

    /// What helps against the system's `code`.
    private static func cure(_ code: Int32) -> String {
        switch code {
        case EROFS: "mount it for writing"
        case ENOSPC, EDQUOT: "make room (df -h, and df -i for inodes)"
        case ENOTDIR, EEXIST: "move away what is in its place"
        default: "give this user the folder"
        }
    }
}
