import Foundation

/// The account of the system that `user:` names.
struct Account: Equatable {
    /// Its name.
    let name: String
    /// Its number.
    let user: uid_t
    /// The group that files get: its own, or the one named behind a colon.
    let group: gid_t

    /// Looks up `NAME` or `NAME:GROUP`; names may be numbers.
    ///
    /// Reads the system's files, or whatever else it has users from.
    init(_ text: String) throws(StartFailure) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let known = Self.entry(String(parts[0]))
        guard let known else { throw .noAccount(name: String(parts[0])) }
        (name, user) = (known.name, known.user)
        guard parts.count > 1 else {
            group = known.group
            return
        }
        guard let named = Self.groupNumber(String(parts[1])) else { throw .noAccount(name: String(parts[1])) }
        group = named
    }

    private static func entry(_ name: String) -> (name: String, user: uid_t, group: gid_t)? {
        let byNumber = unsafe uid_t(name).flatMap { unsafe getpwuid($0) }
        guard let found = unsafe byNumber != nil ? byNumber : getpwnam(name) else { return nil }
        return unsafe (String(cString: found.pointee.pw_name), found.pointee.pw_uid, found.pointee.pw_gid)
    }

    private static func groupNumber(_ name: String) -> gid_t? {
        if let number = gid_t(name) { return number }
        return unsafe getgrnam(name).map { unsafe $0.pointee.gr_gid }
    }
}
