import CGSASL
import Cryptography

/// The server's side of one exchange: drives libgsasl and answers what it asks for.
///
/// libgsasl knows the messages; this type knows the users and closes the library's gaps, each named where it is closed.
///
/// `@safe`: the session is owned, used by one thread at a time (`SASLExchange` holds a lock around each step) and
/// finished in `deinit`; its hook points to `self`, which outlives it.
@safe
final class SASLDialogue {
    /// What an exchange needs to know.
    struct Facts {
        var mechanism: SASLMechanism
        var connection: SASLConnection
        var options: SASLOptions
        var users: UserFile
        /// Whether a mechanism with channel binding was offered, so that `y` is a downgrade.
        var offersBinding: Bool
    }

    private enum State {
        case beginning
        case running
        /// The server's last message proves our side (SCRAM); the client acknowledges it with an empty one.
        case awaitingAcknowledgement(user: String)
        case ended
    }

    private let library: GSASLLibrary
    private let session: OpaquePointer
    private let facts: Facts
    private var state = State.beginning
    private var account: Account?
    /// Who the mechanism found, where it asks us to judge.
    private var user: String?

    /// A fresh exchange; nil if libgsasl lacks the mechanism.
    init?(_ facts: Facts, library: GSASLLibrary) {
        guard let session = unsafe library.makeSession(facts.mechanism) else { return nil }
        unsafe self.session = unsafe session
        self.library = library
        self.facts = facts
        unsafe gsasl_session_hook_set(session, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit {
        unsafe gsasl_finish(session)
    }

    /// The dialogue that `session` belongs to.
    static func of(_ session: OpaquePointer?) -> SASLDialogue {
        guard let hook = unsafe gsasl_session_hook_get(session) else {
            preconditionFailure("libgsasl lost the hook of a session")
        }
        return unsafe Unmanaged<SASLDialogue>.fromOpaque(hook).takeUnretainedValue()
    }

    /// Takes the client's message and says what comes next.
    func step(_ message: [UInt8]?) -> SASLStep {
        switch state {
        case .beginning:
            state = .running
            guard begins(with: message) else { return fail(.malformed) }
            return advance(message)
        case .running:
            guard mayFollow(message) else { return fail(.rejected) }
            return advance(message ?? [])
        case .awaitingAcknowledgement(let user):
            state = .ended
            return message?.isEmpty ?? true ? .succeeded(user: user) : .failed(.malformed)
        case .ended:
            return .failed(.malformed)
        }
    }

    /// Whether the first message is one the mechanism may begin with, where libgsasl would take others.
    private func begins(with message: [UInt8]?) -> Bool {
        guard let message else { return true }
        switch facts.mechanism {
        case .login:
            // libgsasl's LOGIN ignores an initial response: the prompt for the name must have been made before.
            return run(nil).code == needsMore
        case .cramMD5:
            return false  // the server speaks first, RFC 2195 §2
        case .scramSHA256, .scramSHA1:
            // Channel binding with a mechanism that has none must fail, RFC 5802 §6; libgsasl looks away.
            return message.first != UInt8(ascii: "p")
        case .scramSHA256Plus, .scramSHA1Plus, .plain, .gssapi, .external:
            return true
        }
    }

    /// Whether a later message is one to look at: libgsasl's CRAM-MD5 makes another challenge when it is empty.
    private func mayFollow(_ message: [UInt8]?) -> Bool {
        switch facts.mechanism {
        case .cramMD5, .login: message?.isEmpty == false
        case .scramSHA256Plus, .scramSHA256, .scramSHA1Plus, .scramSHA1, .plain, .gssapi, .external: true
        }
    }

    private func advance(_ message: [UInt8]?) -> SASLStep {
        guard (message?.count ?? 0) <= SASLExchange.messageLimit else { return fail(.malformed) }
        let (code, output) = run(message)
        switch code {
        case success:
            guard let user = authenticatedUser() else { return fail(.rejected) }
            state = output.isEmpty ? .ended : .awaitingAcknowledgement(user: user)
            return output.isEmpty ? .succeeded(user: user) : .challenge(output)
        case needsMore:
            // PLAIN and SCRAM ask again for ever when the client's message is empty.
            if message?.isEmpty == true && output.isEmpty { return fail(.malformed) }
            return .challenge(output)
        default:
            return fail(SASLFailure(code: code))
        }
    }

    private func fail(_ failure: SASLFailure) -> SASLStep {
        state = .ended
        return .failed(failure)
    }

    private func run(_ message: [UInt8]?) -> (code: Int32, output: [UInt8]) {
        // A NUL behind it, which is not counted: libgsasl tells "none" from "empty" by the pointer.
        let input = message.map { $0.map(CChar.init(bitPattern:)) + [0] }
        var output: UnsafeMutablePointer<CChar>?
        var count = 0
        let code = unsafe gsasl_step(session, input, message?.count ?? 0, &output, &count)
        // On failure the output is not ours to read or free.
        guard code == success || code == needsMore, let output = unsafe output else { return (code, []) }
        defer { unsafe gsasl_free(output) }
        return unsafe (code, UnsafeBufferPointer(start: output, count: count).map(UInt8.init(bitPattern:)))
    }
}

// Who it is.

extension SASLDialogue {
    /// The user when libgsasl is content: nil where it does not look, such as at acting for somebody else.
    private func authenticatedUser() -> String? {
        switch facts.mechanism {
        case .plain, .login, .gssapi, .external:
            return user
        case .cramMD5, .scramSHA256Plus, .scramSHA256, .scramSHA1Plus, .scramSHA1:
            guard let name = account?.user?.name, acts(as: name) else { return nil }
            return name
        }
    }

    /// Whether the client wants to act as `name`: nobody acts for somebody else here.
    private func acts(as name: String) -> Bool {
        guard let wanted = property(GSASL_AUTHZID), !wanted.isEmpty else { return true }
        return SASLPrep.query(wanted) == name
    }

    /// What the client said; nil if it said nothing.
    ///
    /// What is not UTF-8 becomes a text that nobody is called.
    private func property(_ property: Gsasl_property) -> String? {
        guard let text = unsafe gsasl_property_fast(session, property) else { return nil }
        return unsafe String(validatingCString: text) ?? "\0"
    }

    /// The account the client named, looked up once.
    private func namedAccount() -> Account {
        if let account { return account }
        let found = Account(property(GSASL_AUTHID) ?? "", in: facts.users)
        account = found
        return found
    }
}

// What libgsasl asks.

extension SASLDialogue {
    /// Answers one question: sets the property, or judges.
    func answer(_ question: Gsasl_property) -> Int32 {
        switch question {
        case GSASL_VALIDATE_SIMPLE: return judge(userByPassword())
        case GSASL_VALIDATE_EXTERNAL: return judge(userByCertificate())
        case GSASL_VALIDATE_GSSAPI: return judge(userByPrincipal())
        default: break
        }
        guard let value = value(for: question) else { return code(GSASL_NO_CALLBACK) }
        return unsafe gsasl_property_set(session, question, value)
    }

    private func judge(_ found: String?) -> Int32 {
        user = found
        return code(found == nil ? GSASL_AUTHENTICATION_ERROR : GSASL_OK)
    }

    private func value(for question: Gsasl_property) -> String? {
        switch question {
        case GSASL_SERVICE: facts.options.kerberos?.service
        case GSASL_HOSTNAME: facts.options.hostname
        case GSASL_CB_TLS_EXPORTER: binding(facts.connection.exporter)
        case GSASL_CB_TLS_UNIQUE: binding(facts.connection.unique)
        case GSASL_PASSWORD: password()
        case GSASL_SCRAM_ITER: verifier.map { String($0.iterations) }
        case GSASL_SCRAM_SALT: verifier.map { Base64.text($0.salt) }
        case GSASL_SCRAM_SERVERKEY: hasKeys ? verifier.map { Base64.text($0.serverKey) } : nil
        case GSASL_SCRAM_STOREDKEY: hasKeys ? verifier.map { Base64.text($0.storedKey) } : nil
        default: nil
        }
    }

    /// libgsasl refuses the `y` of RFC 5802 §6 as a downgrade if, and only if, it is given a binding.
    private func binding(_ octets: [UInt8]?) -> String? {
        facts.offersBinding ? octets.map(Base64.text) : nil
    }

    private var verifier: ScramVerifier? {
        facts.mechanism.scramDigest.map { namedAccount().verifier($0) }
    }

    private var hasKeys: Bool {
        facts.mechanism.scramDigest.map { namedAccount().needsPlaintext($0) == nil } ?? false
    }

    /// The stored password, for CRAM-MD5 and for users who have nothing else; for others one that never fits.
    private func password() -> String? {
        let account = namedAccount()
        if let digest = facts.mechanism.scramDigest { return account.needsPlaintext(digest) }
        guard facts.mechanism == .cramMD5 else { return nil }
        return account.user?.plaintext ?? Base64.text(SecureRandom.bytes(24))
    }

    private func userByPassword() -> String? {
        guard let password = property(GSASL_PASSWORD), namedAccount().accepts(password),
            let name = account?.user?.name
        else { return nil }
        return facts.mechanism == .login || acts(as: name, unless: GSASL_AUTHID) ? name : nil
    }

    /// libgsasl fills a missing identity to act as with the name itself, not yet prepared.
    private func acts(as name: String, unless same: Gsasl_property) -> Bool {
        property(GSASL_AUTHZID) == property(same) || acts(as: name)
    }

    private func userByCertificate() -> String? {
        let names = facts.connection.identities(facts.options.external)
        guard let wanted = property(GSASL_AUTHZID), !wanted.isEmpty else { return names.first }
        return names.first { $0 == wanted }
    }

    private func userByPrincipal() -> String? {
        guard let principal = property(GSASL_GSSAPI_DISPLAY_NAME), let at = principal.lastIndex(of: "@"),
            facts.options.kerberos?.realms.contains(String(principal[principal.index(after: at)...])) == true
        else { return nil }
        let name = String(principal[..<at])
        // A backslash is how Kerberos writes an `@` or `/` that is part of a name.
        guard !name.isEmpty, !name.contains("\\"), !name.contains("@"), acts(as: name) else { return nil }
        return name
    }

    private func code(_ result: Gsasl_rc) -> Int32 {
        Int32(bitPattern: result.rawValue)
    }
}

/// What libgsasl returns when the exchange goes on.
private let needsMore = Int32(bitPattern: GSASL_NEEDS_MORE.rawValue)
