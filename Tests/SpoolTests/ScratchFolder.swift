import Foundation
import Glibc

/// A folder that is gone when the test is: in memory where the machine has that, since the tests sync thousands of
/// times.
final class ScratchFolder: Sendable {
    let path: String

    init() {
        let parent = unsafe access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array("\(parent)/transom-spool-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            preconditionFailure("no folder in \(parent), errno \(errno)")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
