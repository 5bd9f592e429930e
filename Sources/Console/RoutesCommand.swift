import Foundation
import MIME
import Mail
package import Routing

/// `transom routes test`: what every route says about a recipient, and what follows from it.
///
/// Without a message it asks what RCPT asks; with one, what is asked after the final dot.
package struct RoutesCommand: Sendable {
    private let recipient: EmailAddress
    private let known: KnownFacts
    private let message: String?

    /// A test of `recipient`; what is not given is not known, and `message` is a file.
    package init(
        recipient: String, mailFrom: String?, remoteIP: String?, listener: String, user: String?, size: Int?,
        message: String?
    ) throws {
        self.recipient = try EmailAddress(argument: recipient, of: "ADDRESS")
        let sender = try mailFrom.flatMap { $0.isEmpty ? nil : $0 }.map {
            try EmailAddress(argument: $0, of: "--mail-from")
        }
        let client = remoteIP.map { IPAddress($0) }
        if case .some(nil) = client { throw CommandError("--remote-ip is an IP address", .usage) }
        known = KnownFacts(
            sender: sender, client: client ?? nil, listener: listener, user: user, declaredSize: size)
        self.message = message
    }

    /// Prints what the rules of `table` say; ends with status 1 when the recipient is refused.
    package func run(_ table: RoutingTable, terminal: Terminal, asJSON: Bool) throws {
        let view = try view(table)
        if asJSON {
            terminal.write(Array(try view.json()))
            terminal.print()
        } else {
            for line in view.lines { terminal.print(line) }
        }
        if let reply = view.reply { throw CommandError("\(view.recipient) is refused: \(reply)", .failure) }
    }

    private func view(_ table: RoutingTable) throws -> RoutesView {
        let reply: String?
        let reports: [RuleReport]
        if let message {
            let facts = try facts(MessageInput.file(message))
            reports = table.explain(recipient: recipient, by: .complete(facts))
            reply = Self.reply(table.route(recipient: recipient, facts: facts).outcome)
        } else {
            reports = table.explain(recipient: recipient, by: .atRecipient(known))
            reply = Self.reply(table.decide(recipient: recipient, facts: known))
        }
        return RoutesView(
            recipient: recipient.text, accepted: reply == nil, reply: reply,
            routes: zip(table.rules, reports).map(RouteView.init))
    }

    private func facts(_ input: MessageInput) throws -> CompleteFacts {
        let parsed = try MessageParser().parse(input)
        return CompleteFacts(known: known, size: input.count, headers: { parsed.values(named: $0) })
    }

    private static func reply(_ decision: EarlyDecision) -> String? {
        if case .reject(let text, _) = decision { text } else { nil }
    }

    private static func reply(_ outcome: FinalDecision.Outcome) -> String? {
        if case .reject(let text, _) = outcome { text } else { nil }
    }
}

/// The answer, for people and programs.
private struct RoutesView: Encodable {
    let recipient: String
    let accepted: Bool
    let reply: String?
    let routes: [RouteView]

    var lines: [String] {
        var table = Table("ROUTE", "DOES", "SAYS")
        for route in routes { table.add(route.route, route.action, route.says) }
        return table.lines + (accepted ? ["\(recipient) is accepted"] : [])
    }

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}

/// What one route says.
private struct RouteView: Encodable {
    let route: String
    let action: String
    let says: String
    let matches: Bool
    let captures: [String: String]

    init(_ rule: Rule, _ report: RuleReport) {
        route = report.route
        action = rule.action.words
        says = report.finding.words
        let captured: [Capture]
        switch report.finding {
        case .decides(let captures), .goesOn(let captures): (matches, captured) = (true, captures)
        case .isPossible(let captures, _): (matches, captured) = (false, captures)
        case .otherRecipient, .fails, .exhausted, .notReached: (matches, captured) = (false, [])
        }
        captures = Dictionary(captured.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
}

extension Rule.Action {
    fileprivate var words: String {
        switch self {
        case .deliver(let endpoints, _): "deliver to " + endpoints.joined(separator: ", ")
        case .discard: "discard"
        case .reject(let text): "reject \(text)"
        }
    }
}

extension RuleReport.Finding {
    fileprivate var words: String {
        switch self {
        case .decides(let captures): "matches" + Self.words(captures)
        case .goesOn(let captures): "matches and goes on" + Self.words(captures)
        case .isPossible(let captures, let open):
            "may match" + Self.words(captures) + ": the message decides (\(open.joined(separator: ", ")))"
        case .otherRecipient: "is for other recipients"
        case .fails(let condition): "does not match: \(condition)"
        case .exhausted: "counts as no match: its regular expression took too many steps"
        case .notReached: "is not asked"
        }
    }

    private static func words(_ captures: [Capture]) -> String {
        captures.isEmpty ? "" : " with " + captures.map { "\($0.name)=\($0.value)" }.joined(separator: ", ")
    }
}
