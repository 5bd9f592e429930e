import CGSASL
import Cryptography

/// What is kept of a password so that it can be checked but not used, RFC 5802 §3.
struct ScramVerifier: Sendable, Equatable {
    /// The hash function of the mechanism.
    enum Digest: String, CaseIterable, Sendable {
        /// SCRAM-SHA-256, RFC 7677.
        case sha256 = "SCRAM-SHA-256"
        /// SCRAM-SHA-1, RFC 5802.
        case sha1 = "SCRAM-SHA-1"

        /// Octets of a key.
        var count: Int {
            switch self {
            case .sha256: 32
            case .sha1: 20
            }
        }

        fileprivate var code: Gsasl_hash {
            switch self {
            case .sha256: GSASL_HASH_SHA256
            case .sha1: GSASL_HASH_SHA1
            }
        }
    }

    /// The hash function.
    var digest: Digest
    /// Rounds of PBKDF2.
    var iterations: Int
    /// What makes equal passwords look different.
    var salt: [UInt8]
    /// Proves that the client knows the password.
    var storedKey: [UInt8]
    /// Proves to the client that we know the user.
    var serverKey: [UInt8]

    /// Rounds for new passwords: about 8 ms of one core, which PLAIN and LOGIN cost at each login.
    static let defaultIterations = 10_000
    /// More than this in a file is taken for an error: it would let one login stop a core.
    static let iterationLimit = 1_000_000
    /// Octets of a new salt.
    static let saltCount = 16

    /// A verifier whose parts are known.
    init(digest: Digest, iterations: Int, salt: [UInt8], storedKey: [UInt8], serverKey: [UInt8]) {
        self.digest = digest
        self.iterations = iterations
        self.salt = salt
        self.storedKey = storedKey
        self.serverKey = serverKey
    }

    /// Derives a verifier from `password`, already prepared; nil if libgsasl refuses.
    ///
    /// Slow on purpose.
    init?(
        password: String, digest: Digest, iterations: Int = defaultIterations,
        salt: [UInt8] = SecureRandom.bytes(saltCount)
    ) {
        var salted = [CChar](repeating: 0, count: digest.count)
        var clientKey = salted
        var serverKey = salted
        var storedKey = salted
        let code = unsafe gsasl_scram_secrets_from_password(
            digest.code, password, UInt32(clamping: iterations), salt.map(CChar.init(bitPattern:)),
            salt.count,
            &salted, &clientKey, &serverKey, &storedKey)
        guard code == success else { return nil }
        self.init(
            digest: digest, iterations: iterations, salt: salt,
            storedKey: storedKey.map(UInt8.init(bitPattern:)),
            serverKey: serverKey.map(UInt8.init(bitPattern:)))
    }

    /// Whether it was made of `password`, already prepared.
    ///
    /// Slow on purpose.
    func matches(_ password: String) -> Bool {
        guard
            let other = ScramVerifier(password: password, digest: digest, iterations: iterations, salt: salt)
        else { return false }
        return equalInConstantTime(other.storedKey, storedKey)
    }
}
