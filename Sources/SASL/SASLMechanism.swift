/// A way to prove who one is; the raw value is its name on the wire.
package enum SASLMechanism: String, CaseIterable, Sendable {
    /// RFC 7677, bound to the TLS channel.
    case scramSHA256Plus = "SCRAM-SHA-256-PLUS"
    /// RFC 7677.
    case scramSHA256 = "SCRAM-SHA-256"
    /// RFC 5802, bound to the TLS channel.
    case scramSHA1Plus = "SCRAM-SHA-1-PLUS"
    /// RFC 5802.
    case scramSHA1 = "SCRAM-SHA-1"
    /// RFC 4616: the password itself.
    case plain = "PLAIN"
    /// The password itself, in two steps; never standardised, still common.
    case login = "LOGIN"
    /// RFC 2195: needs the password in the user file.
    case cramMD5 = "CRAM-MD5"
    /// RFC 4752: Kerberos.
    case gssapi = "GSSAPI"
    /// RFC 4422 appendix A: the TLS client certificate.
    case external = "EXTERNAL"

    /// The mechanism called `name`, in any case.
    package init?(name: String) {
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        self.init(rawValue: name.uppercased())
    }

    /// Whether it is bound to the TLS channel.
    var isPlus: Bool {
        self == .scramSHA256Plus || self == .scramSHA1Plus
    }

    /// The digest of a SCRAM mechanism.
    var scramDigest: ScramVerifier.Digest? {
        switch self {
        case .scramSHA256Plus, .scramSHA256: .sha256
        case .scramSHA1Plus, .scramSHA1: .sha1
        case .plain, .login, .cramMD5, .gssapi, .external: nil
        }
    }
}
