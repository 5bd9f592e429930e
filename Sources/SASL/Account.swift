import Cryptography

/// The name a client gave, known or not; what it shows of itself is the same either way.
struct Account {
    /// The user; nil when there is none of that name.
    let user: UserFile.User?
    private let name: String
    private let file: UserFile

    /// Looks up `name` as the client sent it.
    init(_ name: String, in file: UserFile) {
        let prepared = SASLPrep.query(name)
        user = prepared.flatMap(file.user)
        self.name = prepared ?? name
        self.file = file
    }

    /// What SCRAM shows and checks.
    ///
    /// For a user without a verifier it is one no password fits, the same at each attempt.
    func verifier(_ digest: ScramVerifier.Digest) -> ScramVerifier {
        user?.verifier(digest) ?? decoy(digest)
    }

    /// Whether SCRAM has to work with the stored password.
    func needsPlaintext(_ digest: ScramVerifier.Digest) -> String? {
        user?.verifier(digest) == nil ? user?.plaintext : nil
    }

    /// Whether `password` is the user's.
    ///
    /// Takes the time of one derivation whatever the answer is.
    func accepts(_ password: String) -> Bool {
        guard let password = SASLPrep.query(password), !password.isEmpty else { return false }
        let verifier = user?.verifiers.first ?? decoy(.sha256)
        var isAccepted = verifier.matches(password)
        if let plaintext = user?.plaintext, equalInConstantTime(Array(plaintext.utf8), Array(password.utf8)) {
            isAccepted = true
        }
        return isAccepted && user != nil
    }

    private func decoy(_ digest: ScramVerifier.Digest) -> ScramVerifier {
        func octets(_ purpose: String, _ count: Int) -> [UInt8] {
            var code = HMACSHA256(key: file.seed ?? [])
            code.update(Array("\(digest.rawValue) \(purpose) \(name)".utf8))
            return Array(code.finish().prefix(count))
        }
        return ScramVerifier(
            digest: digest, iterations: file.commonIterations, salt: octets("salt", ScramVerifier.saltCount),
            storedKey: octets("stored", digest.count), serverKey: octets("server", digest.count))
    }
}
