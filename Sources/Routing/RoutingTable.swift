package import Mail

/// The rules of `routes:` as a look-up table: what RCPT is answered with, and what becomes of each recipient.
///
/// The first rule that matches wins, unless it says `continue: true`. Two moments decide. At RCPT what is known is
/// decided and what depends on the message counts as *possible*; after the final dot nothing is open any more.
package struct RoutingTable: Sendable {
    /// The reply where no rule has one.
    package static let noSuchRecipient = "550 5.1.1 No such recipient here"

    /// The rules in order.
    package let rules: [Rule]
    /// What separates a local part from its tag.
    package let subaddress: Character?
    /// Whether some rule asks for headers or verdicts; otherwise nothing of the message need be read for it.
    package let needsContent: Bool
    private let index: RuleIndex

    /// A table of these rules.
    package init(rules: [Rule], subaddress: Character? = "+") {
        self.rules = rules
        self.subaddress = subaddress
        needsContent = rules.contains(where: \.needsContent)
        index = RuleIndex(rules)
    }

    /// What RCPT is answered with.
    ///
    /// A recipient is accepted if some rule with `deliver` or `discard` is certain or possible for it and no certain
    /// `reject` is its end.
    package func decide(recipient: EmailAddress, facts: KnownFacts) -> EarlyDecision {
        var walk = Walk(table: self, address: ComparedAddress(recipient))
        var isPossible = false
        while let step = walk.next(in: .atRecipient(facts)) {
            switch (step.rule.action, step.certainty) {
            case (.deliver, .certain) where step.rule.continues, (.deliver, .possible), (.discard, .possible):
                isPossible = true
            case (.deliver, .certain), (.discard, .certain):
                return .accept(accepted(recipient))
            case (.reject(let text), .certain):
                // A delivery that went on to this rule is undone by it; what is only possible may still end before.
                let mayEndBefore = walk.mayHaveEnded
                return mayEndBefore
                    ? .accept(accepted(recipient)) : .reject(text: text, route: step.rule.name)
            case (.reject, .possible):
                break
            }
        }
        return isPossible ? .accept(accepted(recipient)) : .reject(text: Self.noSuchRecipient, route: nil)
    }

    /// What becomes of `recipient` when the message is there.
    package func route(recipient: EmailAddress, facts: CompleteFacts) -> FinalDecision {
        var walk = Walk(table: self, address: ComparedAddress(recipient))
        var hits: [RouteHit] = []
        while let step = walk.next(in: .complete(facts)) {
            switch step.rule.action {
            case .deliver(let endpoints, let answer):
                hits.append(
                    RouteHit(
                        route: step.rule.name, captures: step.captures, endpoints: endpoints, answer: answer))
                guard step.rule.continues else { return walk.decision(.deliver(hits)) }
            case .discard:
                return walk.decision(hits.isEmpty ? .discard(route: step.rule.name) : .deliver(hits))
            case .reject(let text):
                return walk.decision(.reject(text: text, route: step.rule.name))
            }
        }
        return walk.decision(hits.isEmpty ? .reject(text: Self.noSuchRecipient, route: nil) : .deliver(hits))
    }

    /// `address` as an accepted recipient, its local part split at the first separator.
    package func accepted(_ address: EmailAddress) -> Recipient {
        let (local, tag) = split(address.local)
        return Recipient(address: address.text, local: local, tag: tag, domain: address.domain)
    }

    /// A separator at the very front separates nothing.
    private func split(_ local: String) -> (String, String?) {
        guard let subaddress, let mark = separator(subaddress, in: local) else { return (local, nil) }
        return (String(local[..<mark]), String(local[local.index(after: mark)...]))
    }

    /// Where all is ASCII, octets are compared: finding the borders of characters costs more than all the rest.
    private func separator(_ subaddress: Character, in local: String) -> String.Index? {
        guard let octet = subaddress.asciiValue, local.utf8.allSatisfy({ $0 < 0x80 }) else {
            return local.dropFirst().firstIndex(of: subaddress)
        }
        return local.utf8.dropFirst().firstIndex(of: octet)
    }

    fileprivate func candidates(for address: ComparedAddress) -> [RuleIndex.Candidate] {
        index.candidates(for: address)
    }
}

/// How sure it is that a rule matches.
enum Certainty {
    /// It does.
    case certain
    /// It depends on the message.
    case possible
}

/// One way through the rules for one recipient: yields those that match or may match, in order.
private struct Walk {
    /// A rule that matches or may match.
    struct Step {
        let rule: Rule
        let captures: [Capture]
        let certainty: Certainty
    }

    /// Whether a rule that was only possible could have been the last, and not a refusal.
    private(set) var mayHaveEnded = false
    private let table: RoutingTable
    private let address: ComparedAddress
    private let candidates: [RuleIndex.Candidate]
    private var position = 0
    private var exhausted: [String] = []

    init(table: RoutingTable, address: ComparedAddress) {
        self.table = table
        self.address = address
        candidates = table.candidates(for: address)
    }

    /// The next step; `nil` at the end of the rules.
    mutating func next(in knowledge: Knowledge) -> Step? {
        while position < candidates.count {
            let candidate = candidates[position]
            let rule = table.rules[candidate.rule]
            position += 1
            guard let captures = captures(of: rule, candidate) else { continue }
            skipRest(of: candidate.rule)
            guard let certainty = certainty(of: rule, in: knowledge) else { continue }
            if certainty == .possible, !rule.continues, !rule.refuses { mayHaveEnded = true }
            return Step(rule: rule, captures: captures, certainty: certainty)
        }
        return nil
    }

    /// The final decision, with what gave up on the way.
    func decision(_ outcome: FinalDecision.Outcome) -> FinalDecision {
        FinalDecision(outcome, exhausted: exhausted)
    }

    private mutating func captures(of rule: Rule, _ candidate: RuleIndex.Candidate) -> [Capture]? {
        guard let recipients = rule.recipients else { return [] }
        switch recipients[candidate.matcher].match(address) {
        case .match(let captures): return captures
        case .noMatch: return nil
        case .exhausted:
            exhausted.append(rule.name)
            return nil
        }
    }

    private mutating func skipRest(of rule: Int) {
        while position < candidates.count, candidates[position].rule == rule { position += 1 }
    }

    private mutating func certainty(of rule: Rule, in knowledge: Knowledge) -> Certainty? {
        var certainty = Certainty.certain
        for condition in rule.conditions {
            switch condition.answer(in: knowledge) {
            case .yes: continue
            case .open: certainty = .possible
            case .no: return nil
            case .exhausted:
                exhausted.append(rule.name)
                return nil
            }
        }
        return certainty
    }
}

extension Rule {
    /// Whether it refuses recipients.
    package var refuses: Bool {
        if case .reject = action { true } else { false }
    }
}

extension RecipientMatcher {
    /// Whether `address` is among its recipients, and what it catches.
    func match(_ address: ComparedAddress) -> PatternOutcome {
        switch self {
        case .pattern(let pattern): pattern.match(address)
        case .list(let list): list.contains(key: address.key) ? .match([]) : .noMatch
        }
    }
}

extension RoutingTable {
    /// Whether some rule delivers or discards mail for `address`, whatever its conditions ask besides.
    package func mayTake(_ address: EmailAddress) -> Bool {
        let address = ComparedAddress(address)
        return rules.contains { rule in
            guard !rule.refuses else { return false }
            guard let recipients = rule.recipients else { return true }
            return recipients.contains { matcher in
                if case .match = matcher.match(address) { true } else { false }
            }
        }
    }
}
