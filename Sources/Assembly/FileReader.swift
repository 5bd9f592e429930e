import Foundation
import SASL
import TLS

/// The account that reads files: behind `user:` it is not the one that the process was started as.
enum FileReader {
    /// Its name; its number where the system knows none.
    static var account: String {
        unsafe getpwuid(geteuid()).map { unsafe String(cString: $0.pointee.pw_name) } ?? "user \(geteuid())"
    }

    /// What the system says about a file it does not let us read, with the account it does not let.
    static func words(for code: Int32) -> String {
        code == EACCES ? "\(systemWords(code)); it is read as \(account)" : systemWords(code)
    }

    /// `error` in words; where a file may not be read or written, with the account that may not.
    static func words(_ error: any Error) -> String {
        switch error {
        case CertificateError.unreadable(_, EACCES), UserStoreError.unreadable(_, EACCES):
            "\(error); it is read as \(account): let that account read it, for instance through a group"
        case CertificateError.unwritable(_, EACCES): "\(error); it is written as \(account)"
        default: "\(error)"
        }
    }

    /// `notice` in words.
    static func words(_ notice: SASLNotice) -> String {
        guard case .usersUnusable(.unreadable(_, EACCES)) = notice else { return "\(notice)" }
        return "\(notice); it is read as \(account): let that account read it, for instance through a group"
    }
}
