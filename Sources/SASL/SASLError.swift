/// Why authentication cannot be set up.
package enum SASLError: Error, Equatable {
    /// libgsasl does not start; the number is its own.
    case library(code: Int32)
    /// Kerberos reads one keytab for the life of the process, and that is another.
    case keytabNeedsRestart(current: String, wanted: String)
}

extension SASLError: CustomStringConvertible {
    /// The error in one line.
    package var description: String {
        switch self {
        case .library(let code):
            "libgsasl cannot be used (error \(code))"
        case .keytabNeedsRestart(let current, let wanted):
            "the keytab \(wanted) takes effect after a restart; until then it is \(current)"
        }
    }
}

/// What changed behind the running service, for the log.
package enum SASLNotice: Sendable, Equatable {
    /// The user file was read again and holds so many users.
    case usersReloaded(count: Int)
    /// The user file changed and is unusable; what was read before is still in use.
    case usersUnusable(UserStoreError)
    /// GSSAPI is offered.
    case kerberosUsable
    /// GSSAPI is not offered, because Kerberos finds no key for our principal.
    case kerberosUnusable(principal: String, keytab: String)
}

extension SASLNotice: CustomStringConvertible {
    /// The notice in one line.
    package var description: String {
        switch self {
        case .usersReloaded(let count): "user file read again: \(count) users"
        case .usersUnusable(let error): "user file is unusable, the former one stays in use: \(error)"
        case .kerberosUsable: "Kerberos is usable, GSSAPI is offered"
        case .kerberosUnusable(let principal, let keytab):
            "GSSAPI is not offered: no usable key for \(principal) in \(keytab); "
                + "check that the account Transom runs as can read it, that it names this host, and that libgssapi-krb5-2 is installed"
        }
    }
}
