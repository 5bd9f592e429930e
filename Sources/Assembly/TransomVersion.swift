import HTTPTransfer
import Spool
import TLS

/// What this program is.
package enum TransomVersion {
    /// The version, by SemVer.
    package static let number = "0.1.0"
    /// What webhooks see.
    package static let userAgent = "Transom/0.1"
}

extension TransomVersion {
    /// For people.
    package static var text: String {
        (["transom \(number)"] + libraries.map { "\($0.name) \($0.version)" }).joined(separator: "\n")
    }

    /// For programs.
    package static var json: String {
        let members = libraries.map { "\"\($0.name)\":\"\($0.version)\"" } + ["\"version\":\"\(number)\""]
        return "{\(members.joined(separator: ","))}"
    }

    /// The system's libraries whose flaws would be ours.
    private static var libraries: [(name: String, version: String)] {
        [
            ("libcurl", CurlLibrary.versionText), ("openssl", OpenSSLLibrary.versionText),
            ("sqlite", SQLiteLibrary.versionText),
        ]
    }
}
