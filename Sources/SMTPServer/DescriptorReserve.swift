internal import Glibc
internal import Synchronization

/// A descriptor held for the moment when there is none left: given up, it lets one more connection in, which
/// is told 421 instead of being left to wait.
///
/// Thread-safe.
final class DescriptorReserve: Sendable {
    private let descriptor = Mutex<CInt>(-1)

    /// Takes the reserve.
    init() {
        restore()
    }

    deinit {
        spend()
    }

    /// Gives the descriptor up.
    func spend() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { Glibc.close(descriptor) }
            descriptor = -1
        }
    }

    /// Whether it was given up and not restored yet.
    var isSpent: Bool { descriptor.withLock { $0 < 0 } }

    /// Takes a descriptor again, if there is one.
    func restore() {
        descriptor.withLock { descriptor in
            guard descriptor < 0 else { return }
            descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        }
    }
}
