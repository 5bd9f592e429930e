import HTTPTransfer

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
        "transom \(number)\nlibcurl \(CurlLibrary.versionText)"
    }

    /// For programs.
    package static var json: String {
        "{\"libcurl\":\"\(CurlLibrary.versionText)\",\"version\":\"\(number)\"}"
    }
}
