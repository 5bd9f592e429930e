import Foundation
import MIME

/// A message on standard input or in a file, read in windows: however large it is, it is never in memory.
package final class MessageInput: OctetSource, Sendable {
    /// How many octets there are.
    package let count: Int
    private let handle: FileHandle
    private let small: [UInt8]?

    /// Up to this size a message is read at once, which is the quick way.
    private static let memoryLimit = 1 << 20

    /// The message on standard input; what comes through a pipe goes into a file without a name first.
    package static func standardInput() throws -> MessageInput {
        var status = stat()
        guard unsafe fstat(STDIN_FILENO, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return try MessageInput(copying: FileHandle.standardInput)
        }
        return try MessageInput(FileHandle.standardInput, count: Int(status.st_size))
    }

    /// The message in the file at `path`.
    package static func file(_ path: String) throws -> MessageInput {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, unsafe fstat(descriptor, &status) == 0 else {
            throw CommandError(
                "cannot read \(path): \(unsafe String(cString: strerror(errno)))", .inputOutput)
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard status.st_mode & S_IFMT == S_IFREG else { return try MessageInput(copying: handle) }
        return try MessageInput(handle, count: Int(status.st_size))
    }

    private init(_ handle: FileHandle, count: Int) throws {
        self.handle = handle
        self.count = count
        small = count <= Self.memoryLimit ? try Self.octets(of: handle, count: count) : nil
    }

    private convenience init(copying input: FileHandle) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(
            "transom-\(UUID().uuidString)"
        ).path
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandError("cannot make a temporary file at \(path)", .inputOutput)
        }
        _ = unsafe unlink(path)
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var count = 0
        while let data = try input.read(upToCount: Self.memoryLimit), !data.isEmpty {
            try file.write(contentsOf: data)
            count += data.count
        }
        try self.init(file, count: count)
    }

    /// The octets, where they are in memory anyway.
    package var contiguous: [UInt8]? { small }

    /// Fills `buffer` from `offset`; short only at the end.
    package func read(at offset: Int, into buffer: inout MutableSpan<UInt8>) throws -> Int {
        let wanted = min(buffer.count, max(0, count - offset))
        guard wanted > 0 else { return 0 }
        let descriptor = handle.fileDescriptor
        var done = 0
        while done < wanted {
            let got = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe pread(
                    descriptor, bytes.baseAddress.map { unsafe $0 + done }, wanted - done,
                    off_t(offset + done))
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw CommandError("the message cannot be read", .inputOutput) }
            done += got
        }
        return done
    }

    private static func octets(of handle: FileHandle, count: Int) throws -> [UInt8] {
        var octets = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = unsafe octets.withUnsafeMutableBytes { bytes in
                unsafe pread(
                    handle.fileDescriptor, bytes.baseAddress.map { unsafe $0 + done }, count - done,
                    off_t(done))
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw CommandError("the message cannot be read", .inputOutput) }
            done += got
        }
        return octets
    }
}
