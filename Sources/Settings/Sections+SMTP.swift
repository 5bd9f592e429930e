import Mail

extension SMTPSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option(
                "hostname", \.hostname, .hostname,
                "Our name in the greeting and in trace fields; by default the machine's."),
            Option(
                "postmaster", \.postmaster, .orNull(.address),
                "What `RCPT TO:<Postmaster>` without a domain means; null: `postmaster@` and the host name."),
            Option("listeners", \.listeners, .list(.section, of: "listeners"), "The sockets."),
            Option(
                "bare_newlines", \.bareNewlines, .choice,
                "Whether a CR or LF of its own in a message is kept, or the message refused with 550 after its true end."
            ),
            Option(
                "subaddress", \.subaddress, .orNull(.separator),
                "What separates a local part from its tag; null: nothing does."),
            Option(
                "trusted_networks", \.trustedNetworks, .list(.network, of: "networks"),
                "Who is greeted at once, and is neither looked up in blocklists nor greylisted."),
            Option(
                "greeting_delay", \.greetingDelay, .orNull(.duration(to: .seconds(60))),
                "How long `mx` listeners wait for peers that talk before the greeting, which get 554 5.5.1; 0: what has come by then; null: nobody looks."
            ),
            Option(
                "remote_names", \.remoteNames, .boolean,
                "Whether the names of peers are looked up and confirmed, for `remote_name` and the trace field."
            ),
            Option("blocklists", \.blocklists, .section, "What the DNS says about clients."),
            Option("greylisting", \.greylisting, .section, "Who is not known is asked to try again."),
            Option("limits", \.limits, .section, "What one session, one address and all together may cost."),
            Option("timeouts", \.timeouts, .section, "How long we wait for a peer."),
            Option(
                "min_data_rate", \.minDataRate, .dataRate,
                "The slowest sender of a message, averaged and judged after `timeouts.data`; 0: any."),
            Option(
                "shutdown", \.shutdown, .duration(to: .seconds(3600)),
                "How long what is under way may take once the process was told to stop."),
        ]
    }
}

extension ListenerSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option(
                "name", \.name, .name, "Its name, in logs, metrics and `match`.",
                demand: "give it one, such as \"mx\""),
            Option(
                "address", \.address, .listen(),
                "Where it listens: `[::]:25`, which takes IPv4 too, `127.0.0.1:25`, `unix:/path` or `systemd:NAME`.",
                demand: "such as \"[::]:25\""),
            Option(
                "mode", \.mode, .choice,
                "What it is for: mail from the world (`mx`), from users (`submission`, `submissions`), from a server on this machine (`lmtp`)."
            ),
            Option(
                "proxy_from", \.proxyFrom, .list(.network, of: "networks"),
                "The peers that speak the PROXY protocol first."),
            Option(
                "xclient_from", \.xclientFrom, .list(.network, of: "networks"),
                "The peers that may use XCLIENT."),
        ]
    }
}

extension LimitSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option(
                "message_size", \.messageSize, .size(atLeast: 1024),
                "The largest message, as received, after un-stuffing; then 552 5.3.4."),
            Option(
                "discarded", \.discarded, .size(),
                "How much of a message that is already refused is read in search of its end; then the session ends."
            ),
            Option(
                "recipients", \.recipients, .integer(1...100_000),
                "The most recipients of a message; then 452 4.5.3."),
            Option(
                "connections", \.connections, .integer(1...1_000_000),
                "The most connections in all; then 421."),
            Option(
                "connections_per_address", \.connectionsPerAddress, .integer(1...1_000_000),
                "The most connections from one address, of IPv6 from one /64; then 421."),
            Option(
                "connections_per_network", \.connectionsPerNetwork, .integer(1...1_000_000),
                "The most connections from one network, a /24 of IPv4 or a /48 of IPv6; then 421. Not for `trusted_networks`."
            ),
            Option(
                "connection_rate_per_address", \.connectionRatePerAddress, .rate,
                "The most new connections from one address in a time; then 421."),
            Option(
                "errors", \.errors, .integer(1...1_000_000), "After how many errors a session ends with 421."),
            Option(
                "idle_commands", \.idleCommands, .integer(1...1_000_000),
                "After how many commands that do no work (NOOP, RSET, VRFY, greetings) between two messages a session ends with 421."
            ),
            Option(
                "refused_recipients", \.refusedRecipients, .integer(1...1_000_000),
                "After how many refused recipients a session ends with 421."),
            Option(
                "auth_failures", \.authFailures, .integer(1...1_000_000),
                "After how many failures of AUTH a session ends with 421."),
            Option(
                "auth_failures_per_address", \.authFailuresPerAddress, .rate,
                "The most failures of AUTH from one address in a time."),
            Option(
                "received_fields", \.receivedFields, .integer(10...10_000),
                "The most `Received:` fields; a message with more is in a loop: 554 5.4.6."),
            Option(
                "memory", \.memory, .size(atLeast: 1 << 20),
                "The most memory of all sessions together; then 421."),
        ]
    }
}

extension TimeoutSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        let range: Kind<Duration> = .duration(.milliseconds(10), to: .seconds(86_400))
        return [
            Option("idle", \.idle, range, "The longest silence between commands; then 421."),
            Option(
                "command", \.command, range,
                "The longest time from a command's first octet to its last; then 421."),
            Option("data", \.data, range, "The longest silence within a message; then 421."),
            Option("tls_handshake", \.tlsHandshake, range, "The longest TLS handshake."),
            Option("proxy", \.proxy, range, "The longest wait for the PROXY header."),
        ]
    }
}

extension Kind where Value == Character {
    /// The sub-address separator: one ASCII character that stands in local parts and means nothing else in patterns.
    static var separator: Kind {
        Kind(
            name: "character",
            shape: { .text(pattern: "^[!#$%&'+=?^_`|~.-]$") },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                guard text.utf8.count == 1, let character = text.first, "!#$%&'+=?^_`|~.-".contains(character)
                else {
                    reading.error(
                        written.place, "\"\(text)\" cannot separate a tag",
                        "write one character such as \"+\" or \"-\"")
                    return nil
                }
                return character
            },
            show: { .text(String($0)) })
    }
}

extension Kind where Value == String {
    /// A name of ours.
    static var name: Kind {
        Kind(
            name: "name",
            shape: { .text(pattern: "^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,63}$") },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                guard isName(text) else {
                    reading.error(
                        written.place, "\"\(text)\" is no name",
                        "write letters, digits, \"-\", \"_\" and \".\"")
                    return nil
                }
                return text
            },
            show: { .text($0) })
    }
}
