import Mail

// Every option is declared here and in the files beside it, once. Reading, `config print`, the JSON Schema and
// docs/configuration.md all follow from these lines.

extension BridgeSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option("smtp", \.smtp, .section, "Who we are, where we listen, what a session may cost."),
            Option("tls", \.tls, .section, "The certificates, which are read again when their files change."),
            Option("auth", \.auth, .section, "Who may submit mail."),
            Option("authentication", \.authentication, .section, "How mail authentication is evaluated."),
            Option(
                "scanners", \.scanners, .list(.section, of: "scanners"),
                "What messages are shown to before they are accepted."),
            Option("spool", \.spool, .section, "Where mail is kept until it is delivered."),
            Option("admin", \.admin, .section, "Metrics and probes."),
            Option("public", \.publicSite, .section, "Attachment links and keys for receivers."),
            Option("dns", \.dns, .section, "Which servers are asked."),
            Option("log", \.log, .section, "What is written to stderr."),
            Option(
                "user", \.user, .orNull(.text("account")),
                "The account, or account:group, that the process becomes once its sockets are bound, where it was started as root."
            ),
            Option(
                "endpoints", \.endpoints,
                .map(.section, named: \.name, called: "endpoint", refusing: objectionToName),
                "The web applications that receive mail, by name."),
            Option(
                "routes", \.routes, .list(.section, of: "routes"),
                "What happens to a recipient; the first match wins unless it says `continue: true`."),
        ]
    }
}

/// Why `name` cannot be ours; `nil` when it can.
@Sendable private func objectionToName(_ name: String) -> String? {
    isName(name) ? nil : "write letters, digits, \"-\", \"_\" and \".\""
}

/// Whether `name` can be a metric's label, a word of the command line and a key of the environment.
@Sendable func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, name.utf8.count <= 64, first != UInt8(ascii: "-") else { return false }
    return name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

extension SpoolSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option(
                "path", \.path, .path,
                "The folder, which is made if its parent exists. Changing it needs a restart."),
            Option("min_free", \.minFree, .size(), "Below this much free space mail is answered with 452."),
            Option("keep", \.keep, .section, "How long messages stay once all is said about them."),
        ]
    }
}

extension RetentionSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option("delivered", \.delivered, .duration(), "After everything was delivered; 0: not at all."),
            Option("dead", \.dead, .duration(), "After something was given up; 0: not at all."),
        ]
    }
}

extension AdminSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option(
                "address", \.address, .orNull(.listen(local: false)),
                "Where `/metrics`, `/livez` and `/readyz` are answered; null: nowhere. Changing it needs a restart."
            )
        ]
    }
}

extension PublicSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option(
                "address", \.address, .orNull(.listen(local: false)),
                "Where attachment links and keys are served; null: nowhere."),
            Option("url", \.url, .orNull(.url), "How receivers reach it."),
        ]
    }
}

extension DNSSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option(
                "servers", \.servers, .list(.nameServer, of: "addresses"),
                "The servers, on port 53 unless they name another; empty: the system's."),
            Option(
                "timeout", \.timeout, .duration(.milliseconds(10), to: .seconds(60)),
                "How long one answer may take."),
        ]
    }
}

extension LogSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option("format", \.format, .choice, "The form of a line; auto: text on a terminal, else JSON."),
            Option("level", \.level, .choice, "The least severe line that is written."),
        ]
    }
}
