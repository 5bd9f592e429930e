import Glibc

/// The file operations of the system.
package struct SystemFiles: FileOperations {
    /// The file operations of the system.
    package init() {}

    /// Makes a folder of mode 0700; no error when it is there.
    package func makeFolder(_ path: String) throws(SpoolError) {
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw SpoolError(errno: errno) }
    }

    /// Creates a file of mode 0600 that must not exist.
    package func create(_ path: String) throws(SpoolError) -> Int32 {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SpoolError(errno: errno) }
        return descriptor
    }

    package func write(_ octets: [UInt8], to descriptor: Int32) throws(SpoolError) {
        var done = 0
        while done < octets.count {
            let written = unsafe octets.withUnsafeBytes { all in
                unsafe Glibc.write(descriptor, all.baseAddress.map { unsafe $0 + done }, all.count - done)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw SpoolError(errno: written < 0 ? errno : EIO) }
            done += written
        }
    }

    /// Brings the file's octets to stable storage.
    package func sync(_ descriptor: Int32) throws(SpoolError) {
        guard fdatasync(descriptor) == 0 else { throw SpoolError(errno: errno) }
    }

    package func close(_ descriptor: Int32) throws(SpoolError) {
        guard Glibc.close(descriptor) == 0 || errno == EINTR else { throw SpoolError(errno: errno) }
    }

    /// Brings the folder's names to stable storage.
    package func syncFolder(_ path: String) throws(SpoolError) {
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SpoolError(errno: errno) }
        defer { _ = Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SpoolError(errno: errno) }
    }

    /// Removes a file; no error when it is gone.
    package func remove(_ path: String) throws(SpoolError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw SpoolError(errno: errno) }
    }
}

extension SpoolError {
    /// The error for a system call that failed with `errno`.
    init(errno: Int32) {
        self = errno == ENOSPC || errno == EDQUOT ? .diskFull : .inputOutput(errno: errno)
    }
}
