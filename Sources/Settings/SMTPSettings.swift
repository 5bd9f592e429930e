package import Mail

/// `smtp:`: who we are, where we listen, what a session may cost.
package struct SMTPSettings: Sendable {
    /// Our name in the greeting and in trace fields; the machine's own by default.
    package var hostname = "localhost"
    /// What `<Postmaster>` without a domain stands for; `nil`: `postmaster@` and the hostname.
    ///
    /// RFC 5321 §4.5.1.
    package var postmaster: EmailAddress?
    /// The sockets.
    package var listeners: [ListenerSettings] = []
    /// What a bare CR or LF in a message means.
    package var bareNewlines = BareNewlines.keep
    /// What separates a local part from its tag; `nil`: nothing does.
    package var subaddress: Character? = "+"
    /// Who is greeted at once, and is neither looked up in blocklists nor greylisted.
    package var trustedNetworks = [IPNetwork("127.0.0.0/8"), IPNetwork("::1/128")].compactMap(\.self)
    /// How long `mx` listeners wait for peers that talk before the greeting; zero: what has come by then is refused;
    /// `nil`: nobody looks.
    ///
    /// RFC 5321 §3.1.
    package var greetingDelay: Duration? = .zero
    /// Whether the names of peers are looked up.
    package var remoteNames = true
    /// The section `blocklists:`.
    package var blocklists = BlocklistSettings()
    /// The section `greylisting:`.
    package var greylisting = GreylistSettings()
    /// The section `limits:`.
    package var limits = LimitSettings()
    /// The section `timeouts:`.
    package var timeouts = TimeoutSettings()
    /// The slowest sender of a message, in octets a second, averaged and judged after `timeouts.data`; zero: any.
    package var minDataRate = ByteCount(500)
    /// How long what is under way may take once the process has been told to stop.
    package var shutdown: Duration = .seconds(30)

    /// The defaults.
    package init() {}

    /// `postmaster`, or its default.
    package var effectivePostmaster: EmailAddress {
        postmaster ?? EmailAddress(local: "postmaster", domain: hostname)
    }
}

/// What is done with a message that holds a CR or LF of its own.
package enum BareNewlines: String, CaseIterable, Sendable {
    /// They are octets like every other.
    case keep
    /// The message is refused with 550 after its true end.
    case reject
}

/// One entry of `smtp.listeners:`.
package struct ListenerSettings: Equatable, Sendable {
    /// Its name, in logs, metrics and `match: { listener: … }`.
    package var name = ""
    /// Where it listens.
    package var address = ListenAddress.systemd("")
    /// What it is for.
    package var mode = ListenerMode.mx
    /// The peers that speak the PROXY protocol first; empty: none.
    package var proxyFrom: [IPNetwork] = []
    /// The peers that may use XCLIENT; empty: none.
    package var xclientFrom: [IPNetwork] = []

    /// A listener without a name or address.
    package init() {}
}

/// What a listener is for.
package enum ListenerMode: String, CaseIterable, Sendable {
    /// Mail from the world: port 25.
    case mx
    /// Mail from users, STARTTLS first: port 587. RFC 6409.
    case submission
    /// Mail from users, TLS from the first octet: port 465. RFC 8314.
    case submissions
    /// Mail from another server on this machine. RFC 2033.
    case lmtp
}

/// Where something listens.
package enum ListenAddress: Hashable, Sendable {
    /// An address and a port; `[::]` takes IPv4 too.
    case ip(IPAddress, port: Int)
    /// The path of a Unix socket.
    case unix(String)
    /// The socket that systemd passes under this name.
    case systemd(String)
}

/// The section `smtp.limits:`.
package struct LimitSettings: Equatable, Sendable {
    /// The largest message, counted as received, after un-stuffing.
    package var messageSize = ByteCount.mebibytes(50)
    /// How much of a message that is already refused is read in search of its end.
    package var discarded = ByteCount.mebibytes(100)
    /// The most recipients of a message; every accepted RCPT counts.
    package var recipients = 100
    /// The most connections in all.
    package var connections = 12_000
    /// The most connections from one address; of IPv6, from one /64.
    package var connectionsPerAddress = 50
    /// The most connections from one network: a /24 of IPv4, a /48 of IPv6; trusted networks are spared.
    package var connectionsPerNetwork = 1_000
    /// The most new connections from one address in a time; `nil`: any number.
    package var connectionRatePerAddress = Rate(60, per: .seconds(60))
    /// After how many errors a session is closed with 421.
    package var errors = 20
    /// After how many commands that do no work, between two messages, a session is closed with 421.
    package var idleCommands = 200
    /// After how many refused recipients a session is closed with 421.
    package var refusedRecipients = 50
    /// After how many failures of AUTH a session is closed with 421.
    package var authFailures = 10
    /// The most failures of AUTH from one address in a time; `nil`: any number.
    package var authFailuresPerAddress = Rate(100, per: .seconds(3600))
    /// The most `Received:` fields; a message with more is in a loop.
    ///
    /// RFC 5321 §6.3.
    package var receivedFields = 100
    /// The most memory of all sessions together.
    package var memory = ByteCount.mebibytes(256)

    /// The defaults.
    package init() {}
}

/// `smtp.timeouts:`.
///
/// RFC 5321 §4.5.3.2.
package struct TimeoutSettings: Equatable, Sendable {
    /// The longest silence.
    package var idle: Duration = .seconds(300)
    /// The longest time from a command's first octet to its last.
    package var command: Duration = .seconds(300)
    /// The longest silence within a message.
    package var data: Duration = .seconds(300)
    /// The longest TLS handshake.
    package var tlsHandshake: Duration = .seconds(30)
    /// The longest wait for the PROXY header.
    package var proxy: Duration = .seconds(5)

    /// The defaults.
    package init() {}
}
