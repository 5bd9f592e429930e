import COpenSSL

/// A digest over octets that come in pieces; after `finish()` it is ready for the next text.
///
/// The context is made once and kept: looking an algorithm up costs OpenSSL 3 about as much as digesting 1 KiB.
@safe  // The context is owned by this value alone, made in `init` and freed in `deinit`.
package struct MessageDigest: ~Copyable {
    private let context: OpaquePointer
    private let size: Int

    /// A digest by `algorithm`.
    package init(_ algorithm: Algorithm) {
        guard let context = unsafe EVP_MD_CTX_new(),
            unsafe EVP_DigestInit_ex(context, algorithm.openSSL, nil) == 1
        else {
            preconditionFailure("OpenSSL has no memory for a digest or lacks \(algorithm)")
        }
        unsafe self.context = context
        size = algorithm.size
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Adds the octets of `buffer`.
    package mutating func update(_ buffer: UnsafeRawBufferPointer) {
        let isDone = unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
        precondition(isDone == 1, "OpenSSL refused octets to digest")
    }

    /// Adds the octets of `span`.
    package mutating func update(_ span: Span<UInt8>) {
        unsafe span.withUnsafeBytes { buffer in unsafe update(buffer) }
    }

    /// Adds `octets`.
    package mutating func update(_ octets: [UInt8]) {
        update(octets.span)
    }

    /// The digest of all octets since `init` or the last `finish()`.
    package mutating func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: size)
        let isDone = unsafe EVP_DigestFinal_ex(context, &digest, nil)
        let isReady = unsafe EVP_DigestInit_ex(context, nil, nil)
        precondition(isDone == 1 && isReady == 1, "OpenSSL could not end a digest")
        return digest
    }

    /// The digest of `octets` by `algorithm`.
    package static func of(_ octets: [UInt8], _ algorithm: Algorithm = .sha256) -> [UInt8] {
        var digest = MessageDigest(algorithm)
        digest.update(octets)
        return digest.finish()
    }

    /// The hash functions mail and webhooks meet.
    package enum Algorithm: Sendable {
        /// MD5, for old contracts of vendors only. RFC 1321.
        case md5
        /// SHA-1, for old contracts and verifiers only. RFC 3174.
        case sha1
        /// SHA-256. RFC 6234.
        case sha256
        /// SHA-512. RFC 6234.
        case sha512

        /// The digest's size in octets.
        package var size: Int {
            switch self {
            case .md5: 16
            case .sha1: 20
            case .sha256: 32
            case .sha512: 64
            }
        }

        fileprivate var openSSL: OpaquePointer? {
            switch self {
            case .md5: unsafe EVP_md5()
            case .sha1: unsafe EVP_sha1()
            case .sha256: unsafe EVP_sha256()
            case .sha512: unsafe EVP_sha512()
            }
        }
    }
}

/// The context has one owner (the type is not copyable) and OpenSSL ties none to a thread.
extension MessageDigest: @unchecked Sendable {}
