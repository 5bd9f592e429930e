import Glibc
import Mail

/// Reads the octets of one message at any offset: from memory, or from its file by windows.
///
/// Never mapped, so that an error of the disk is an error and not a signal.
package final class OctetReader: Sendable {
    /// How many octets there are.
    package let count: Int
    private let source: Source

    private enum Source {
        case memory([UInt8])
        case file(descriptor: Int32)
    }

    init(_ octets: [UInt8]) {
        count = octets.count
        source = .memory(octets)
    }

    init(file path: String, of id: MessageID, count: Int) throws(SpoolError) {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT ? .bodyMissing(id) : .inputOutput(errno: errno)
        }
        self.count = count
        source = .file(descriptor: descriptor)
    }

    deinit {
        if case .file(let descriptor) = source { _ = Glibc.close(descriptor) }
    }

    /// The octets, where they are in memory anyway.
    package var inMemory: [UInt8]? {
        guard case .memory(let octets) = source else { return nil }
        return octets
    }

    /// The first octets, at most `limit`.
    package func head(_ limit: Int) throws(SpoolError) -> [UInt8] {
        var octets = [UInt8](repeating: 0, count: min(max(0, limit), count))
        do {
            _ = try unsafe octets.withUnsafeMutableBytes { try unsafe read(at: 0, into: $0) }
        } catch {
            throw SpoolError(error)
        }
        return octets
    }

    /// Fills `buffer` with the octets from `offset`; returns how many came, which is fewer than asked only at the
    /// end.
    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(SpoolError) -> Int {
        let wanted = min(buffer.count, max(0, count - offset))
        guard wanted > 0, offset >= 0 else { return 0 }
        switch source {
        case .memory(let octets):
            unsafe octets.withUnsafeBytes { all in
                unsafe buffer.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: all[offset..<offset + wanted]))
            }
        case .file(let descriptor):
            try unsafe Self.fill(buffer, wanted: wanted, from: descriptor, at: offset)
        }
        return wanted
    }

    /// A file shorter than its row says is an error, not an end.
    private static func fill(
        _ buffer: UnsafeMutableRawBufferPointer, wanted: Int, from descriptor: Int32, at offset: Int
    ) throws(SpoolError) {
        var done = 0
        while done < wanted {
            let got = unsafe pread(
                descriptor, buffer.baseAddress.map { unsafe $0 + done }, wanted - done, off_t(offset + done))
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw .inputOutput(errno: got < 0 ? errno : EIO) }
            done += got
        }
    }
}
