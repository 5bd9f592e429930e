import Foundation

/// A file that a command writes piece by piece and keeps only when it is whole.
///
/// It grows under another name and gets its own at `close`, so that half a message never looks like one.
final class NewFile {
    /// The name it will have.
    let path: String
    private let handle: FileHandle
    private var isClosed = false
    private var draft: String { path + ".part" }

    /// Begins the file; one that is there is replaced in the end.
    ///
    /// `mode` is who may read it.
    init(_ path: String, mode: mode_t = 0o644) throws {
        self.path = path
        let descriptor = unsafe open(path + ".part", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    deinit {
        if !isClosed { _ = unsafe unlink(draft) }
    }

    /// Appends `octets`.
    func write(_ octets: [UInt8]) throws {
        var start = 0
        while start < octets.count {
            let written = unsafe octets.withUnsafeBytes { bytes in
                unsafe Foundation.write(
                    handle.fileDescriptor, bytes.baseAddress.map { unsafe $0 + start }, octets.count - start)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Self.failure(path, errno) }
            start += written
        }
    }

    /// Gives the file its name.
    func close() throws {
        guard unsafe rename(draft, path) == 0 else { throw Self.failure(path, errno) }
        isClosed = true
    }

    private static func failure(_ path: String, _ code: Int32) -> CommandError {
        CommandError("cannot write \(path): \(unsafe String(cString: strerror(code)))", .inputOutput)
    }
}
