import Glibc

/// Reading and replacing a small file.
enum FileContent {
    /// Largest user file: a million users.
    static let sizeLimit = 512 << 20

    /// Everything in `path`.
    static func read(_ path: String) throws(UserStoreError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(file: path, errno: errno) }
        defer { close(descriptor) }
        var octets: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while octets.count <= sizeLimit {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return octets }
            if count > 0 {
                octets += chunk[..<count]
            } else if errno != EINTR {
                throw .unreadable(file: path, errno: errno)
            }
        }
        throw .unreadable(file: path, errno: EFBIG)
    }

    /// Puts `octets` in the place of `path` in one step; owner and group stay, nobody else may read.
    static func replace(_ path: String, with octets: [UInt8]) throws(UserStoreError) {
        let temporary = "\(path).new"
        _ = unsafe unlink(temporary)
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unwritable(file: path, errno: errno) }
        defer { close(descriptor) }
        do throws(UserStoreError) {
            try keepOwner(of: path, on: descriptor)
            try write(octets, to: descriptor, path: path)
            guard fsync(descriptor) == 0, unsafe rename(temporary, path) == 0 else {
                throw .unwritable(file: path, errno: errno)
            }
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
        syncFolder(of: path)
    }

    /// Waits until no other command changes the folder of `path`; closing the descriptor ends that.
    static func lockFolder(of path: String) throws(UserStoreError) -> Int32 {
        let descriptor = unsafe open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritable(file: path, errno: errno) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let code = errno
                close(descriptor)
                throw .unwritable(file: path, errno: code)
            }
        }
        return descriptor
    }

    /// A group that could read the file still can: that is how the server reads it without being its owner.
    private static func keepOwner(of path: String, on descriptor: Int32) throws(UserStoreError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return }
        guard status.st_uid != geteuid() || status.st_gid != getegid() || status.st_mode & 0o777 != 0o600
        else { return }
        guard fchown(descriptor, status.st_uid, status.st_gid) == 0,
            fchmod(descriptor, status.st_mode & 0o640) == 0
        else { throw .unwritable(file: path, errno: errno) }
    }

    private static func write(_ octets: [UInt8], to descriptor: Int32, path: String) throws(UserStoreError) {
        var rest = octets[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 || errno == EINTR else { throw .unwritable(file: path, errno: errno) }
            rest = rest.dropFirst(max(0, count))
        }
    }

    private static func syncFolder(of path: String) {
        let descriptor = unsafe open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// What tells one state of a file from another without reading it.
struct FileStamp: Equatable, Sendable {
    private var inode: UInt64 = 0
    private var size: Int64 = -1
    private var times: [Int] = []

    /// The stamp of the file now; a missing file has one of its own.
    init(path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return }
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        times = [
            status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
        ]
    }
}
