package import Mail
package import Routing

/// One entry of `routes:`.
package struct RouteSettings: Sendable {
    /// Its name; `route-1`, `route-2`, … by position where none is given.
    package var name = ""
    /// The section `match:`.
    package var match = MatchSettings()
    /// The endpoints that get what it matches.
    package var deliver: [String] = []
    /// Whether what it matches is accepted and dropped.
    package var discard = false
    /// The reply that refuses what it matches.
    package var reject: String?
    /// Whether the routes behind it are tried too.
    package var continues = false
    /// When the SMTP reply is given.
    package var answer = AnswerTime.atOnce
    /// Which endpoint decides the reply, where there are several.
    package var decides: String?
    /// The statuses that refuse for good.
    package var rejectOn = SynchronousAnswer.standardRejections
    /// How long the sender waits.
    package var answerWithin: Duration = .seconds(25)

    /// A route that does nothing.
    package init() {}

    /// When the SMTP reply is given.
    package enum AnswerTime: String, CaseIterable, Sendable {
        /// When the message is stored.
        case atOnce = "at-once"
        /// When an endpoint has answered.
        case afterDelivery = "after-delivery"
    }

    /// The rule it stands for.
    package var rule: Rule {
        let recipients = match.recipient.map(\.matcher)
        return Rule(
            name: name, recipients: recipients.isEmpty ? nil : recipients, conditions: match.conditions,
            action: action, continues: continues)
    }

    private var action: Rule.Action {
        if let reject { return .reject(text: reject) }
        guard !discard else { return .discard }
        guard answer == .afterDelivery, let endpoint = decides ?? deliver.first else {
            return .deliver(endpoints: deliver, answer: nil)
        }
        let answer = SynchronousAnswer(endpoint: endpoint, rejectOn: rejectOn, limit: answerWithin)
        return .deliver(endpoints: deliver, answer: answer)
    }
}

/// `match:`: what a route is for; what is not given matches everything.
package struct MatchSettings: Sendable {
    /// The recipients, any of them; empty: every one.
    package var recipient: [RecipientSource] = []
    /// The reverse-paths, any of them.
    package var sender: [SenderMatcher] = []
    /// The networks of the peer, any of them.
    package var client: [IPNetwork] = []
    /// The listeners, any of them.
    package var listener: [String] = []
    /// The authenticated users, any of them.
    package var user: [TextPattern] = []
    /// The size.
    package var size: SizeBound?
    /// The header fields, all of them.
    package var header: [HeaderCondition] = []
    /// The results of evaluations, all of them.
    package var verdicts: [Verdict: [String]] = [:]

    /// Everything.
    package init() {}

    /// The results that a rule takes of one evaluation; empty: it does not ask.
    package subscript(verdict: Verdict) -> [String] {
        get { verdicts[verdict] ?? [] }
        set { verdicts[verdict] = newValue.isEmpty ? nil : newValue }
    }

    /// The conditions besides the recipient.
    package var conditions: [Condition] {
        var conditions: [Condition] = []
        if !sender.isEmpty { conditions.append(.sender(sender)) }
        if !client.isEmpty { conditions.append(.client(client)) }
        if !listener.isEmpty { conditions.append(.listener(listener)) }
        if !user.isEmpty { conditions.append(.user(user)) }
        if let size { conditions.append(.size(size)) }
        conditions += header.map { .header(name: $0.name, $0.patterns) }
        conditions += Verdict.allCases.compactMap { verdict in
            verdicts[verdict].map { .verdict(verdict, oneOf: $0) }
        }
        return conditions
    }
}

/// One entry of `recipient:`.
package enum RecipientSource: Sendable {
    /// A pattern.
    case pattern(AddressPattern)
    /// The addresses of a file.
    case file(path: String, AddressList)

    /// What it matches.
    package var matcher: RecipientMatcher {
        switch self {
        case .pattern(let pattern): .pattern(pattern)
        case .file(_, let list): .list(list)
        }
    }
}

/// One entry of `header:`.
package struct HeaderCondition: Sendable {
    /// The field's name.
    package var name = ""
    /// What one of its values must match.
    package var patterns: [TextPattern] = []

    /// A condition that nothing meets.
    package init() {}
}
