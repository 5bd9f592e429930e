package import Mail
package import SMTP

/// What the operator configured under `smtp:`.
package struct SMTPServerOptions: Sendable {
    /// Our own name.
    ///
    /// `smtp.hostname`.
    package var hostname: String
    /// The listeners.
    ///
    /// `smtp.listeners`.
    package var listeners: [ListenerOptions]
    /// Whether a bare CR or LF refuses a message.
    ///
    /// `smtp.bare_newlines: reject`.
    package var rejectsBareNewlines = false
    /// How much of everything.
    ///
    /// `smtp.limits`.
    package var limits = Limits()
    /// How long for everything.
    ///
    /// `smtp.timeouts`.
    package var timeouts = Timeouts()
    /// Octets a second that a message must bring, averaged, once `timeouts.data` has passed.
    ///
    /// `smtp.min_data_rate`.
    package var minimumDataRate = ByteCount(500)
    /// How long transactions may go on after a stop.
    ///
    /// `smtp.shutdown`.
    package var shutdown = Duration.seconds(30)
    /// How long `mx` listeners wait for peers that talk too early; zero: what has arrived by then is enough; `nil`:
    /// nobody looks.
    ///
    /// `smtp.greeting_delay`.
    package var greetingDelay: Duration? = .zero
    /// Who is greeted without delay and may be many in a network.
    ///
    /// `smtp.trusted_networks`.
    package var trustedNetworks: [IPNetwork] = []
    /// Whether peers' names are looked up.
    ///
    /// `smtp.remote_names`.
    package var looksUpNames = true
    /// Whether REQUIRETLS is offered inside TLS: only where every endpoint is verified HTTPS.
    package var offersRequireTLS = false

    /// The defaults for a host of this name with these listeners.
    package init(hostname: String, listeners: [ListenerOptions]) {
        self.hostname = hostname
        self.listeners = listeners
    }

    /// `smtp.limits`.
    package struct Limits: Sendable {
        /// The largest message in octets as received.
        package var messageSize = ByteCount.mebibytes(50)
        /// Accepted recipients in a transaction.
        package var recipients = 100
        /// Octets of a refused message that are read in search of its end.
        package var discarded = ByteCount.mebibytes(100)
        /// Connections in all.
        package var connections = 12_000
        /// Connections from one IPv4 address or one IPv6 /64.
        package var connectionsPerAddress = 50
        /// Connections from one IPv4 /24 or one IPv6 /48.
        package var connectionsPerNetwork = 1_000
        /// New connections from one address or /64; `nil` switches it off.
        package var connectionRatePerAddress = Rate(60, per: .seconds(60))
        /// Errors in a session.
        package var errors = 20
        /// Commands that do no work, between two messages.
        package var idleCommands = 200
        /// Refused recipients in a session.
        package var refusedRecipients = 50
        /// Failures of AUTH in a session.
        package var authFailures = 10
        /// Failures of AUTH from one address or /64; `nil` switches it off.
        package var authFailuresPerAddress = Rate(100, per: .seconds(3600))
        /// Memory of all sessions.
        package var memory = ByteCount.mebibytes(256)
        /// Names of peers that are looked for at a time; a peer over it has none.
        ///
        /// Not configured.
        package var nameLookups = 1_000

        /// The defaults.
        package init() {}
    }

    /// `smtp.timeouts`.
    package struct Timeouts: Sendable {
        /// Silence between commands, RFC 5321 §4.5.3.2.7.
        package var idle = Duration.seconds(300)
        /// From the first octet of a command to its last.
        package var command = Duration.seconds(300)
        /// Silence inside a message, RFC 5321 §4.5.3.2.5.
        package var data = Duration.seconds(300)
        /// The TLS handshake.
        package var handshake = Duration.seconds(30)
        /// The PROXY header.
        package var proxy = Duration.seconds(5)

        /// The defaults.
        package init() {}

        /// How often deadlines are looked at: once a second, and more often where one is that short.
        var tick: Duration {
            let shortest = min(idle, command, data, min(handshake, proxy))
            return max(.milliseconds(5), min(.seconds(1), shortest / 8))
        }
    }
}

/// One of `smtp.listeners`.
package struct ListenerOptions: Hashable, Sendable {
    /// The listener's name.
    package var name: String
    /// Where it listens.
    package var address: ListenerAddress
    /// What it is for.
    package var mode: ListenerMode
    /// Who speaks the PROXY protocol.
    package var proxyFrom: [IPNetwork]
    /// Who may use XCLIENT.
    package var xclientFrom: [IPNetwork]

    /// A listener of these parts.
    package init(
        name: String, address: ListenerAddress, mode: ListenerMode, proxyFrom: [IPNetwork] = [],
        xclientFrom: [IPNetwork] = []
    ) {
        self.name = name
        self.address = address
        self.mode = mode
        self.proxyFrom = proxyFrom
        self.xclientFrom = xclientFrom
    }
}
