import Glibc
import Synchronization

/// The lock of a spool: one process holds it as long as it has the spool open (invariant 7).
///
/// An advisory lock (`flock`) on the file `lock`, which the kernel lets go with the process. The file holds the
/// holder's process id, for people.
final class SpoolLock: Sendable {
    private let descriptor: Mutex<Int32?>

    /// Takes the lock in the folder `spool`, or says who holds it.
    init(spool: String) throws(SpoolError) {
        let path = "\(spool)/lock"
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, errno: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            defer { _ = close(descriptor) }
            guard code == EWOULDBLOCK else { throw .cannotOpen(path: path, errno: code) }
            throw .locked(path: spool, holder: Self.holder(in: descriptor))
        }
        self.descriptor = Mutex(descriptor)
        Self.sign(descriptor)
    }

    deinit { release() }

    /// Lets the lock go; once.
    func release() {
        if let descriptor = descriptor.withLock({ exchange(&$0, with: nil) }) { _ = close(descriptor) }
    }

    private static func holder(in descriptor: Int32) -> Int32? {
        var text = [UInt8](repeating: 0, count: 16)
        let count = unsafe pread(descriptor, &text, text.count, 0)
        return Int32(String(decoding: text.prefix(max(0, count)).prefix { $0 != 0x0A }, as: UTF8.self))
    }

    /// A lock without a name in it is a lock all the same.
    private static func sign(_ descriptor: Int32) {
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0 else { return }
        _ = unsafe pwrite(descriptor, text, text.count, 0)
    }
}
