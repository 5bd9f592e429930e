import HTTPTransfer
import Spool
import TLS
import Telemetry

/// What this program is.
package enum TransomVersion {
    /// The version, by SemVer.
    package static let number = "0.1.0"
    /// What webhooks see.
    package static let userAgent = "Transom/0.1"
}

extension TransomVersion {
    /// Says in `registry` which program runs.
    static func declare(in registry: Registry) {
        let parts = [("version", number), ("swift", compiler)] + libraries.map { ($0.name, $0.version) }
        registry.gauge(
            "transom_build_info", help: "Always 1: which program runs, and with which libraries.",
            labels: parts.map { Label($0.0, $0.1) }
        ) { 1 }
    }

    /// The Swift that built it.
    private static var compiler: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }

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
