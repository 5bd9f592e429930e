import Mail
import Routing

/// What no single option can see: names that must exist, options that need one another, and what probably means
/// something else.
struct Checks {
    /// What was read.
    let settings: BridgeSettings
    /// Where it stands.
    let tree: Written
    /// Where errors and warnings go.
    var reading: Reading

    /// Makes all checks.
    mutating func run() {
        checkListeners()
        checkCertificates()
        checkScreening()
        checkRoutes()
        guard !reading.hasErrors else { return }
        warnAboutLogins()
        checkCaptures()
        warnAboutRoutes()
    }

    private mutating func checkListeners() {
        guard tree.isMap, tree["smtp"]?.isMap ?? true else { return }
        guard let listeners = tree["smtp"]?["listeners"], case .list(let items) = listeners.content,
            !items.isEmpty
        else {
            let hint = "add one: { name: mx, address: \"[::]:25\", mode: mx }"
            let place = tree["smtp"]?["listeners"]?.place ?? key("smtp") ?? tree.place
            reading.error(place, "there is no listener", hint)
            return
        }
        var names: [String: Place] = [:]
        for (item, listener) in zip(items, settings.smtp.listeners) where !listener.name.isEmpty {
            let place = item["name"]?.place ?? item.place
            if let first = names[listener.name] {
                reading.error(
                    place, "two listeners are named \"\(listener.name)\"", "the first is at \(first)")
            }
            names[listener.name] = names[listener.name] ?? place
        }
        var addresses: [ListenAddress: Place] = [:]
        for (item, listener) in zip(items, settings.smtp.listeners) {
            guard let written = item["address"], listener.address.isUnique else { continue }
            if let first = addresses[listener.address] {
                reading.error(written.place, "two listeners share this address", "the first is at \(first)")
            }
            addresses[listener.address] = written.place
            checkPort(of: listener, at: written.place)
        }
    }

    /// A client on port 25 expects SMTP, and takes the replies of LMTP for those to other commands.
    ///
    /// RFC 2033 §5: LMTP is not spoken on port 25.
    private mutating func checkPort(of listener: ListenerSettings, at place: Place?) {
        guard listener.mode == .lmtp, case .ip(_, port: 25) = listener.address else { return }
        reading.error(
            place, "listener \"\(listener.name)\" speaks LMTP, which RFC 2033 §5 forbids on port 25",
            "give it another port, such as 24, or mode: mx")
    }

    /// Ports for users are closed to everybody as long as nobody can log in.
    private mutating func warnAboutLogins() {
        let auth = settings.auth
        guard auth.users == nil, auth.gssapi.keytab == nil, settings.tls.clientCertificates.mode == .none,
            case .list(let items) = tree["smtp"]?["listeners"]?.content
        else { return }
        for (item, listener) in zip(items, settings.smtp.listeners)
        where listener.mode == .submission || listener.mode == .submissions {
            reading.warning(
                item["mode"]?.place ?? item.place,
                "listener \"\(listener.name)\" takes mail after AUTH alone, and nobody can log in",
                "set \"auth.users\", and make users with: transom users add")
        }
    }

    private mutating func checkCertificates() {
        let tls = settings.tls
        if (tls.certificate == nil) != (tls.key == nil) {
            reading.error(key("tls"), "\"tls\" needs both \"certificate\" and \"key\", or neither")
        }
        if tls.clientCertificates.mode != .none, tls.clientCertificates.ca == nil {
            reading.error(
                key("tls"), "\"tls.client_certificates\" needs \"ca\"",
                "name the file of the authorities that may have signed them")
        }
    }

    /// Where the top-level `name` stands.
    func key(_ name: String) -> Place? {
        guard case .map(let entries) = tree.content else { return nil }
        return entries.first { $0.key == name }?.place
    }
}

extension ListenAddress {
    /// Whether only one listener can have it: a port that the system chooses may
    /// stand twice, and what could not be read is none.
    fileprivate var isUnique: Bool {
        switch self {
        case .ip(_, let port): port != 0
        case .unix(let name), .systemd(let name): !name.isEmpty
        }
    }
}
