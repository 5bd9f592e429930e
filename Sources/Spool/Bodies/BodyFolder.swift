import Glibc
import Mail
import Synchronization

/// The folder `bodies`: one file a message, in subfolders that spread them.
///
/// `bodies/XX/msg_….eml`, where XX are the ninth and tenth character of the id's ULID: the last ten bits of its
/// milliseconds. (Its last characters are the spool's salt, the same in every id.)
final class BodyFolder: Sendable {
    /// A file that was not written to for so many seconds does not belong to a message that is arriving.
    static let arrivalTime = 3_600

    let path: String
    let files: any FileOperations
    /// Subfolders whose own entry is known to be on stable storage.
    private let known = Mutex<Set<String>>([])

    init(path: String, files: any FileOperations) {
        self.path = path
        self.files = files
    }

    /// Makes the folder itself, in the folder `spool`.
    func make(in spool: String) throws(SpoolError) {
        try files.makeFolder(path)
        try files.syncFolder(spool)
    }

    /// The file of message `id`.
    func file(of id: MessageID) -> String { "\(subfolder(of: id))/\(id).eml" }

    /// The folder of that file.
    func subfolder(of id: MessageID) -> String { "\(path)/\(id.ulid.dropFirst(8).prefix(2))" }

    /// Makes the file of `id`, and its folder if it is the first there.
    ///
    /// Blocks.
    func create(_ id: MessageID) throws(SpoolError) -> Int32 {
        let folder = subfolder(of: id)
        if !known.withLock({ $0.contains(folder) }) {
            try files.makeFolder(folder)
            try files.syncFolder(path)
            _ = known.withLock { $0.insert(folder) }
        }
        return try files.create(file(of: id))
    }

    /// Every body file, and whatever else lies between them.
    ///
    /// Blocks.
    func list() throws(SpoolError) -> [(path: String, id: MessageID?)] {
        var found: [(path: String, id: MessageID?)] = []
        for folder in try entries(of: path) {
            for name in try entries(of: "\(path)/\(folder)") {
                let file = "\(path)/\(folder)/\(name)"
                let id = name.hasSuffix(".eml") ? MessageID(name.dropLast(4)) : nil
                found.append((file, id.flatMap { self.file(of: $0) == file ? $0 : nil }))
            }
        }
        return found
    }

    /// Whether the file was written to so lately that its message may still be arriving.
    func isArriving(_ file: String) -> Bool {
        var status = stat()
        guard unsafe stat(file, &status) == 0 else { return true }
        return time(nil) - status.st_mtim.tv_sec < Self.arrivalTime
    }

    private func entries(of folder: String) throws(SpoolError) -> [String] {
        guard let stream = unsafe opendir(folder) else {
            if errno == ENOTDIR { return [] }
            throw SpoolError(errno: errno)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                unsafe String(cString: UnsafeRawPointer(tuple).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
