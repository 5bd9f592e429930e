package import Mail

/// What one rule had to say about a recipient, for `transom routes test`.
package struct RuleReport: Equatable, Sendable {
    /// The route's name.
    package let route: String
    /// What it said.
    package let finding: Finding

    /// What a rule may say.
    package enum Finding: Equatable, Sendable {
        /// It matches and is the last one asked.
        case decides([Capture])
        /// It matches, and `continue: true` goes on to the next.
        case goesOn([Capture])
        /// It may match: these conditions need the message.
        case isPossible([Capture], open: [String])
        /// None of its patterns is for the recipient.
        case otherRecipient
        /// The recipient fits, but this condition does not hold.
        case fails(condition: String)
        /// A regular expression reached its limits, which counts as no match.
        case exhausted
        /// A rule before it decided.
        case notReached
    }
}

extension RoutingTable {
    /// What every rule says about `recipient`, in order.
    package func explain(recipient: EmailAddress, by knowledge: Knowledge) -> [RuleReport] {
        let address = ComparedAddress(recipient)
        var isDecided = false
        return rules.map { rule in
            guard !isDecided else { return RuleReport(route: rule.name, finding: .notReached) }
            let finding = rule.finding(for: address, by: knowledge)
            if case .decides = finding { isDecided = true }
            return RuleReport(route: rule.name, finding: finding)
        }
    }
}

extension Rule {
    /// What it says about `address`.
    fileprivate func finding(for address: ComparedAddress, by knowledge: Knowledge) -> RuleReport.Finding {
        switch match(address) {
        case .noMatch: return .otherRecipient
        case .exhausted: return .exhausted
        case .match(let captures):
            var open: [String] = []
            for condition in conditions {
                switch condition.answer(in: knowledge) {
                case .yes: continue
                case .no: return .fails(condition: condition.name)
                case .open: open.append(condition.name)
                case .exhausted: return .exhausted
                }
            }
            guard open.isEmpty else { return .isPossible(captures, open: open) }
            return continues ? .goesOn(captures) : .decides(captures)
        }
    }

    /// Whether `address` is among its recipients; the first matcher that says so counts.
    private func match(_ address: ComparedAddress) -> PatternOutcome {
        guard let recipients else { return .match([]) }
        var outcome = PatternOutcome.noMatch
        for matcher in recipients {
            switch matcher.match(address) {
            case .match(let captures): return .match(captures)
            case .noMatch: continue
            case .exhausted: outcome = .exhausted
            }
        }
        return outcome
    }
}

extension Condition {
    /// What it asks about, in the words of `match:`.
    package var name: String {
        switch self {
        case .sender: "sender"
        case .client: "client"
        case .listener: "listener"
        case .user: "user"
        case .size: "size"
        case .header(let name, _): "header \(name)"
        case .verdict(let verdict, _): verdict.rawValue
        }
    }
}
