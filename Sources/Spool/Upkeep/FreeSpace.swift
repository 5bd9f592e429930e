import Glibc
import Mail
import Synchronization

/// How much space is free where the spool lies, measured about once a second.
final class FreeSpace: Sendable {
    private let path: String
    private let floor: Atomic<Int>
    private let free: Atomic<Int>

    init(path: String, floor: ByteCount) {
        self.path = path
        self.floor = Atomic(floor.bytes)
        free = Atomic(Self.measure(path))
    }

    /// Whether there is more than the floor.
    var isEnough: Bool { bytes >= floor.load(ordering: .relaxed) }

    /// What was free at the last look.
    var bytes: Int { free.load(ordering: .relaxed) }

    /// Changes the floor.
    func setFloor(_ floor: ByteCount) { self.floor.store(floor.bytes, ordering: .relaxed) }

    /// Looks again.
    func measure() { free.store(Self.measure(path), ordering: .relaxed) }

    /// What an unprivileged user may still write.
    ///
    /// A file system that does not say counts as full of space: the commit will tell.
    private static func measure(_ path: String) -> Int {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { return .max }
        return Int(clamping: UInt64(status.f_bavail) &* UInt64(status.f_frsize))
    }
}
