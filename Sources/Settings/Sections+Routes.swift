import Routing

extension RouteSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option(
                "name", \.name, .name,
                "Its name in payloads, logs and commands; `route-1`, `route-2`, … by default."),
            Option("match", \.match, .section, "What it is for; what is not given matches everything."),
            Option(
                "deliver", \.deliver, .oneOrMore(.text("endpoint"), of: "endpoints"),
                "The endpoints that get what it matches."),
            Option("discard", \.discard, .boolean, "true: accept what it matches, and drop it."),
            Option("reject", \.reject, .orNull(.rejection), "The reply that refuses what it matches."),
            Option("continue", \.continues, .boolean, "true: the routes behind it are tried too."),
            Option(
                "answer", \.answer, .choice,
                "after-delivery: the status of an endpoint decides the SMTP reply."),
            Option(
                "decides", \.decides, .orNull(.text("endpoint")),
                "Which endpoint decides, where there are several."),
            Option(
                "reject_on", \.rejectOn, .list(.integer(300...599), of: "statuses"),
                "The statuses that refuse the message for good."),
            Option(
                "answer_within", \.answerWithin, .duration(.milliseconds(100), to: .seconds(240)),
                "How long the sender waits."),
            Option(
                "policy", \.self, .later("list of policies"),
                "What happens to messages that evaluations distrust."),
        ]
    }
}

extension MatchSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option(
                "recipient", \.recipient, .oneOrMore(.recipient, of: "them"),
                "Patterns for recipients, or a file with one address a line."),
            Option("sender", \.sender, .oneOrMore(.sender, of: "them"), "Patterns for the reverse-path."),
            Option("client", \.client, .oneOrMore(.network, of: "networks"), "Networks of the peer."),
            Option(
                "listener", \.listener, .oneOrMore(.text("listener"), of: "listeners"),
                "Listeners by which the message came."),
            Option("user", \.user, .oneOrMore(.textPattern, of: "text patterns"), "Authenticated users."),
            Option(
                "size", \.size, .orNull(.sizeBound), "The size: as declared at RCPT, as received afterwards."),
            Option(
                "header", \.header, .map(.headerCondition, named: \.name, called: "header"),
                "Header fields, by name; each must have a value that matches."),
        ]
            + Verdict.allCases.map { verdict in
                Option(
                    verdict.rawValue, \.[verdict], .oneOrMore(.text("result"), of: "results"),
                    "Results of \(verdict.rawValue).")
            }
    }
}

extension Kind where Value == HeaderCondition {
    /// What the values of a header field must match.
    static var headerCondition: Kind {
        let patterns: Kind<[TextPattern]> = .oneOrMore(.textPattern, of: "text patterns")
        return Kind(
            name: patterns.name,
            shape: patterns.shape,
            read: { written, reading in
                var condition = HeaderCondition()
                guard let values = patterns.read(written, &reading) else { return nil }
                condition.patterns = values
                return condition
            },
            show: { patterns.show($0.patterns) })
    }
}

extension Kind where Value: ConfiguredSection {
    /// The place of an option that is known by name only; it reads nothing.
    static func later(_ name: String) -> Kind {
        Kind(name: name, shape: { .text(pattern: nil) }, read: { _, _ in nil }, show: { _ in .null })
    }
}
