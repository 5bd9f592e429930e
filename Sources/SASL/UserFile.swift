import Cryptography

/// The content of a user file.
///
/// ```
/// file       = *( line LF )
/// line       = comment / secret / user / ""
/// comment    = "#" anything
/// secret     = "!seed " base64          ; from which salts for unknown users are made
/// user       = name ":" credential *( " " credential )
/// credential = "{SCRAM-SHA-256}" scram / "{SCRAM-SHA-1}" scram / "{PLAIN.b64}" base64 / "{PLAIN}" word
/// scram      = iterations "," salt "," stored-key "," server-key       ; base64 each
/// ```
/// The SCRAM and PLAIN schemes are Dovecot's. Lines that a command does not change stay as they are, in their order.
struct UserFile: Sendable {
    /// One user and what checks the password.
    struct User: Sendable, Equatable {
        /// The name, prepared by RFC 4013.
        var name: String
        /// At most one for each digest.
        var verifiers: [ScramVerifier] = []
        /// The password itself, where it was asked for.
        var plaintext: String?

        /// The verifier for `digest`.
        func verifier(_ digest: ScramVerifier.Digest) -> ScramVerifier? {
            verifiers.first { $0.digest == digest }
        }
    }

    private enum Line {
        case other(String)
        case user(User)
    }

    private var lines: [Line] = []
    private var positions: [String: Int] = [:]
    /// Secret from which the salts of unknown users are made.
    private(set) var seed: [UInt8]?

    /// Whether some user has a stored password, which CRAM-MD5 needs.
    private(set) var hasPlaintext = false
    /// Whether some user has nothing but a stored password, which makes SCRAM as slow as PLAIN.
    private(set) var hasPlaintextOnly = false
    /// The rounds most users have; those of unknown users must look the same.
    private(set) var commonIterations = ScramVerifier.defaultIterations

    /// A file without users.
    init() {}

    /// Reads `octets`; `path` is for messages.
    init(_ octets: [UInt8], path: String) throws(UserStoreError) {
        var number = 0
        var rest = octets.split(separator: 0x0A, omittingEmptySubsequences: false)
        if rest.last?.isEmpty == true { rest.removeLast() }
        for slice in rest {
            number += 1
            do throws(UserStoreError.LineFault) {
                try append(slice.last == 0x0D ? slice.dropLast() : slice)
            } catch {
                throw .badLine(file: path, line: number, fault: error)
            }
        }
        summarise()
    }

    /// The users in the file's order.
    var users: [User] {
        lines.compactMap { if case .user(let user) = $0 { user } else { nil } }
    }

    /// The user called `name`, already prepared.
    func user(_ name: String) -> User? {
        guard let position = positions[name], case .user(let user) = lines[position] else { return nil }
        return user
    }

    /// The file as it is written.
    var text: String {
        lines.map { line in
            switch line {
            case .other(let text): text
            case .user(let user): Self.text(user)
            }
        }.joined(separator: "\n") + "\n"
    }

    /// Adds `user`, or puts it in the place of the one of that name; true then.
    mutating func set(_ user: User) -> Bool {
        defer { summarise() }
        if let position = positions[user.name] {
            lines[position] = .user(user)
            return true
        }
        positions[user.name] = lines.count
        lines.append(.user(user))
        return false
    }

    /// Removes the user called `name`; false if there is none.
    mutating func remove(_ name: String) -> Bool {
        guard let position = positions.removeValue(forKey: name) else { return false }
        lines.remove(at: position)
        for (other, old) in positions where old > position { positions[other] = old - 1 }
        summarise()
        return true
    }

    /// Makes sure that there is a secret for the salts of unknown users.
    mutating func ensureSeed() {
        guard seed == nil else { return }
        let fresh = SecureRandom.bytes(32)
        seed = fresh
        lines.insert(.other("!seed \(Base64.text(fresh))"), at: 0)
        lines.insert(.other("# Users of Transom, one a line; change them with: transom users"), at: 0)
        for (name, old) in positions { positions[name] = old + 2 }
    }

    /// Takes the secret of `other`, so that unknown users look as they did.
    mutating func adoptSeed(of other: UserFile) {
        seed = other.seed
    }

    /// Whether a user may be called `name`.
    static func isName(_ name: String) -> Bool {
        (1...255).contains(name.utf8.count) && name.utf8.first != UInt8(ascii: "#")
            && name.utf8.first != UInt8(ascii: "!")
            && name.unicodeScalars.allSatisfy { scalar in
                scalar.value > 0x20 && scalar != ":" && scalar.value != 0x7F
                    && !scalar.properties.isWhitespace
            }
    }

    private mutating func append(_ octets: ArraySlice<UInt8>) throws(UserStoreError.LineFault) {
        guard let text = String(validating: octets, as: UTF8.self) else { throw .notText }
        if text.isEmpty || text.utf8.first == UInt8(ascii: "#") { return lines.append(.other(text)) }
        if text.utf8.first == UInt8(ascii: "!") {
            seed = try Self.seed(text)
            return lines.append(.other(text))
        }
        let user = try Self.user(text)
        guard positions.updateValue(lines.count, forKey: user.name) == nil else { throw .repeatedName }
        lines.append(.user(user))
    }

    private mutating func summarise() {
        hasPlaintext = false
        hasPlaintextOnly = false
        var counts: [Int: Int] = [:]
        for user in users {
            if user.plaintext != nil { hasPlaintext = true }
            if user.plaintext != nil && user.verifiers.isEmpty { hasPlaintextOnly = true }
            for verifier in user.verifiers { counts[verifier.iterations, default: 0] += 1 }
        }
        commonIterations =
            counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? ScramVerifier.defaultIterations
    }
}

// Reading and writing one line.

extension UserFile {
    private static func seed(_ text: String) throws(UserStoreError.LineFault) -> [UInt8] {
        let parts = text.split(separator: " ")
        guard parts.count == 2, parts[0] == "!seed", let octets = Base64.decode(parts[1].utf8),
            octets.count >= 16
        else { throw .damagedCredential }
        return octets
    }

    private static func user(_ text: String) throws(UserStoreError.LineFault) -> User {
        guard let colon = text.firstIndex(of: ":") else { throw .noColon }
        guard isName(String(text[..<colon])), let name = SASLPrep.stored(String(text[..<colon])) else {
            throw .badName
        }
        var user = User(name: name)
        let credentials = text[text.index(after: colon)...].split(separator: " ")
        guard !credentials.isEmpty else { throw .noScheme }
        for credential in credentials { try add(credential, to: &user) }
        return user
    }

    private static func add(_ credential: Substring, to user: inout User) throws(UserStoreError.LineFault) {
        guard credential.first == "{", let end = credential.firstIndex(of: "}") else { throw .noScheme }
        let scheme = String(credential[credential.index(after: credential.startIndex)..<end]).uppercased()
        let value = credential[credential.index(after: end)...]
        switch scheme {
        case "PLAIN":
            user.plaintext = try prepared(String(value))
        case "PLAIN.B64":
            guard let octets = Base64.decode(value.utf8), let text = String(validating: octets, as: UTF8.self)
            else { throw .damagedCredential }
            user.plaintext = try prepared(text)
        default:
            guard let digest = ScramVerifier.Digest(rawValue: scheme) else { throw .unknownScheme }
            guard user.verifier(digest) == nil, let verifier = verifier(value, digest) else {
                throw .damagedCredential
            }
            user.verifiers.append(verifier)
        }
    }

    private static func prepared(_ password: String) throws(UserStoreError.LineFault) -> String {
        guard let password = SASLPrep.stored(password), !password.isEmpty else { throw .damagedCredential }
        return password
    }

    private static func verifier(_ text: Substring, _ digest: ScramVerifier.Digest) -> ScramVerifier? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 4, let iterations = Int(parts[0]),
            (1...ScramVerifier.iterationLimit).contains(iterations),
            let salt = Base64.decode(parts[1].utf8), (1...1024).contains(salt.count),
            let storedKey = Base64.decode(parts[2].utf8), storedKey.count == digest.count,
            let serverKey = Base64.decode(parts[3].utf8), serverKey.count == digest.count
        else { return nil }
        return ScramVerifier(
            digest: digest, iterations: iterations, salt: salt, storedKey: storedKey, serverKey: serverKey)
    }

    private static func text(_ user: User) -> String {
        var credentials = user.verifiers.map { verifier in
            let octets = [verifier.salt, verifier.storedKey, verifier.serverKey].map(Base64.text)
            return "{\(verifier.digest.rawValue)}\(verifier.iterations),\(octets.joined(separator: ","))"
        }
        if let plaintext = user.plaintext {
            credentials.append("{PLAIN.b64}\(Base64.text(Array(plaintext.utf8)))")
        }
        return "\(user.name):\(credentials.joined(separator: " "))"
    }
}
