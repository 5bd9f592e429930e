import Cryptography
import Synchronization

/// Digests the bodies that stay in memory, on the thread that received them: the writer has enough to do.
final class BodyDigest: Sendable {
    private let digest = Mutex(MessageDigest(.sha256))

    /// The SHA-256 of `octets`.
    func of(_ octets: [UInt8]) -> [UInt8] {
        digest.withLock { digest in
            digest.update(octets)
            return digest.finish()
        }
    }
}
