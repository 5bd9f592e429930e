import Glibc
import Synchronization

/// Authentication for all connections: says which mechanisms can work and begins exchanges.
package final class SASLService: Sendable {
    /// What it was made from.
    package let options: SASLOptions
    private let users: UserStore?
    private let library: GSASLLibrary
    private let kerberos = Mutex(Kerberos())

    private struct Kerberos {
        var isUsable = false
        var stamp: FileStamp?
        /// What has not been told yet.
        var notices: [SASLNotice] = []
    }

    /// Service by `options`; without `users` only certificates and Kerberos can authenticate.
    ///
    /// Sets `KRB5_KTNAME` where Kerberos is wanted, so it is called before other threads read the environment, and
    /// tries the keytab, which reads files and may ask the DNS.
    package init(_ options: SASLOptions, users: UserStore?) throws(SASLError) {
        self.options = options
        self.users = users
        library = try GSASLLibrary()
        if let kerberos = options.kerberos { try KeytabChoice.make(kerberos.keytab) }
        probeKerberos()
    }

    /// The mechanisms that can work on `connection`, in the order of preference.
    ///
    /// Cheap.
    package func mechanisms(for connection: SASLConnection) -> [SASLMechanism] {
        let file = users?.current()
        return options.mechanisms.filter { canOffer($0, connection, file) }
    }

    /// Begins an exchange; nil if the mechanism called `name` is not offered on `connection`.
    ///
    /// Cheap.
    package func begin(_ name: String, on connection: SASLConnection) -> SASLExchange? {
        let file = users?.current()
        guard let mechanism = SASLMechanism(name: name), options.mechanisms.contains(mechanism),
            canOffer(mechanism, connection, file)
        else { return nil }
        let facts = SASLDialogue.Facts(
            mechanism: mechanism, connection: connection, options: options, users: file ?? UserFile(),
            offersBinding: options.mechanisms.contains { $0.isPlus && canOffer($0, connection, file) })
        guard let dialogue = SASLDialogue(facts, library: library) else { return nil }
        return SASLExchange(dialogue, mechanism: mechanism, mayBlock: mayBlock(mechanism, file))
    }

    /// Looks at the user file and the keytab, and says what changed.
    ///
    /// Reads files and may ask the DNS, so it belongs on a thread that may block; every ten seconds is often enough.
    package func refresh() -> [SASLNotice] {
        _ = users?.current()
        probeKerberos()
        let kerberosNotices = kerberos.withLock { kerberos in
            defer { kerberos.notices = [] }
            return kerberos.notices
        }
        return (users?.takeNotices() ?? []) + kerberosNotices
    }

    /// Tries the keytab again though it has not changed: the process has become another user, and every exchange reads it
    /// anew.
    package func tryKeytabAgain() {
        kerberos.withLock { $0 = Kerberos() }
        probeKerberos()
    }

    private func canOffer(_ mechanism: SASLMechanism, _ connection: SASLConnection, _ file: UserFile?) -> Bool
    {
        switch mechanism {
        case .scramSHA256Plus, .scramSHA1Plus: file != nil && connection.hasBinding
        case .scramSHA256, .scramSHA1: file != nil
        case .plain, .login: file != nil && (connection.isEncrypted || options.allowPlaintext)
        case .cramMD5: file?.hasPlaintext == true
        case .external: connection.isEncrypted && !connection.identities(options.external).isEmpty
        case .gssapi: kerberos.withLock { $0.isUsable }
        }
    }

    private func mayBlock(_ mechanism: SASLMechanism, _ file: UserFile?) -> Bool {
        switch mechanism {
        case .plain, .login, .gssapi: true
        case .scramSHA256Plus, .scramSHA256, .scramSHA1Plus, .scramSHA1: file?.hasPlaintextOnly == true
        case .cramMD5, .external: false
        }
    }
}

// Kerberos: libgsasl lists GSSAPI even where there is no key, so a key is looked for first.

extension SASLService {
    /// Tries the keytab again if it has changed.
    private func probeKerberos() {
        guard let wanted = options.kerberos, options.mechanisms.contains(.gssapi) else { return }
        let stamp = FileStamp(path: wanted.keytab)
        guard kerberos.withLock({ $0.stamp != stamp }) else { return }
        let isUsable = hasCredentials()
        let notice: SASLNotice =
            isUsable
            ? .kerberosUsable
            : .kerberosUnusable(principal: "\(wanted.service)/\(options.hostname)", keytab: wanted.keytab)
        kerberos.withLock { kerberos in
            if kerberos.stamp == nil || kerberos.isUsable != isUsable { kerberos.notices.append(notice) }
            kerberos.isUsable = isUsable
            kerberos.stamp = stamp
        }
    }

    /// Whether an exchange gets as far as the token: the library takes the key from the keytab before it looks at that.
    private func hasCredentials() -> Bool {
        let facts = SASLDialogue.Facts(
            mechanism: .gssapi, connection: SASLConnection(isEncrypted: true), options: options,
            users: UserFile(),
            offersBinding: false)
        guard let dialogue = SASLDialogue(facts, library: library) else { return false }
        return dialogue.step([0]) != .failed(.unavailable)
    }
}

/// The keytab of the process: Kerberos reads its path from the environment.
private enum KeytabChoice {
    private static let chosen = Mutex<String?>(nil)

    static func make(_ path: String) throws(SASLError) {
        let current = chosen.withLock { chosen in
            if chosen == nil {
                unsafe setenv("KRB5_KTNAME", "FILE:\(path)", 1)
                chosen = path
            }
            return chosen
        }
        guard let current, current != path else { return }
        throw .keytabNeedsRestart(current: current, wanted: path)
    }
}
