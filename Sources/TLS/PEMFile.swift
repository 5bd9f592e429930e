import Glibc

/// The octets of a PEM file, and the stamp by which a change is noticed.
struct PEMFile {
    /// Where it came from; a word in angle brackets for octets from memory.
    var path: String
    /// What is in it.
    var octets: [UInt8]
    /// Whether everybody on the machine may read it.
    var isReadableByAll = false

    /// Largest file that is read: no chain or list of authorities comes near it.
    static let sizeLimit = 4 << 20

    /// Octets from memory under a name for messages.
    init(name: String, octets: [UInt8]) {
        path = name
        self.octets = octets
    }

    /// Reads the whole file.
    init(path: String) throws(CertificateError) {
        self.path = path
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(file: path, errno: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .unreadable(file: path, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(file: path, errno: status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL)
        }
        guard status.st_size <= Self.sizeLimit else { throw .unreadable(file: path, errno: EFBIG) }
        isReadableByAll = status.st_mode & S_IROTH != 0
        octets = try Self.contents(of: descriptor, path: path)
    }

    /// Whether `text` stands anywhere in it.
    func contains(_ text: String) -> Bool {
        String(decoding: octets, as: UTF8.self).contains(text)
    }

    private static func contents(of descriptor: Int32, path: String) throws(CertificateError) -> [UInt8] {
        var octets: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while octets.count <= sizeLimit {
            let count = unsafe read(descriptor, &chunk, chunk.count)
            if count == 0 { return octets }
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable(file: path, errno: errno)
            }
            octets += chunk[..<count]
        }
        throw .unreadable(file: path, errno: EFBIG)
    }
}

/// What tells one state of a file from another without reading it.
struct FileStamp: Equatable {
    private var device: UInt64 = 0
    private var inode: UInt64 = 0
    private var size: Int64 = -1
    private var modified: [Int] = []

    /// The stamp of the file now; a missing file has one of its own.
    init(path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        // The change time too: a file made readable by `chmod` is worth another try.
        modified = [
            status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
        ]
    }
}
