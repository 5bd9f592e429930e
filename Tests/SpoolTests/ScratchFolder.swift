import Foundation
import Glibc

/// A folder under `/tmp` that is gone when the test is.
final class ScratchFolder: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/transom-spool-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { preconditionFailure("no folder under /tmp, errno \(errno)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
