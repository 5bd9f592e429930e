package import Mail

/// `spool:`: where mail is kept until it is delivered.
package struct SpoolSettings: Equatable, Sendable {
    /// The folder, which is made if its parent exists.
    package var path = "/var/lib/transom"
    /// Below this much free space mail is answered with 452.
    package var minFree = ByteCount.mebibytes(512)
    /// The section `keep:`.
    package var keep = RetentionSettings()

    /// The defaults.
    package init() {}
}

/// `spool.keep:`: how long messages stay once all is said about them; zero: not at all.
package struct RetentionSettings: Equatable, Sendable {
    /// After everything was delivered.
    package var delivered: Duration = .seconds(7 * 86_400)
    /// After something was given up.
    package var dead: Duration = .seconds(30 * 86_400)

    /// The defaults.
    package init() {}
}

/// `admin:`: metrics and probes.
package struct AdminSettings: Equatable, Sendable {
    /// Where it listens; `nil`: nowhere.
    package var address: ListenAddress? = .ip(.v4(0x7F00_0001), port: 8025)

    /// The defaults.
    package init() {}
}

/// `public:`: attachment links and keys for receivers.
package struct PublicSettings: Equatable, Sendable {
    /// Where it listens; `nil`: nowhere.
    package var address: ListenAddress?
    /// How receivers reach it.
    package var url: String?

    /// The defaults.
    package init() {}
}

/// `dns:`: who is asked.
package struct DNSSettings: Equatable, Sendable {
    /// The servers; empty: the system's.
    package var servers: [ListenAddress] = []
    /// How long one answer may take.
    package var timeout: Duration = .seconds(2)

    /// The defaults.
    package init() {}
}

/// `log:`: what is written to stderr.
package struct LogSettings: Equatable, Sendable {
    /// The form of a line.
    package var format = Format.auto
    /// The least severe line that is written.
    package var level = Level.info

    /// The defaults.
    package init() {}

    /// The form of a line.
    package enum Format: String, CaseIterable, Sendable {
        /// Text on a terminal, else JSON.
        case auto
        /// For people.
        case text
        /// One object a line.
        case json
    }

    /// How severe a line is.
    package enum Level: String, CaseIterable, Sendable {
        /// Every octet's story.
        case trace
        /// Steps.
        case debug
        /// Messages received, delivered, dead.
        case info
        /// What should be remembered.
        case notice
        /// What needs a look.
        case warning
        /// Promises not kept.
        case error
    }
}
