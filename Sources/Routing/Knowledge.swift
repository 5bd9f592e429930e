import Mail

/// What is known when rules are tried.
package enum Knowledge {
    /// RCPT is being answered: the message is still to come.
    case atRecipient(KnownFacts)
    /// The message is there.
    case complete(CompleteFacts)

    /// What was known before the message.
    var known: KnownFacts {
        switch self {
        case .atRecipient(let facts): facts
        case .complete(let facts): facts.known
        }
    }
}

/// What a condition says.
enum Answer: Equatable {
    /// It holds.
    case yes
    /// It does not.
    case no
    /// Only the message can tell.
    case open
    /// A limit was reached; counts as `no`.
    case exhausted

    /// `yes` or `no`.
    init(_ holds: Bool) { self = holds ? .yes : .no }
}

extension Condition {
    /// Whether it holds by what is known.
    func answer(in knowledge: Knowledge) -> Answer {
        let known = knowledge.known
        switch self {
        case .sender(let matchers): return answer(matchers, sender: known.sender)
        case .client(let networks):
            return Answer(known.client.map { address in networks.contains { $0.contains(address) } } ?? false)
        case .listener(let names): return Answer(names.contains(known.listener))
        case .user(let patterns): return known.user.map { answer(patterns, texts: [$0]) } ?? .no
        case .size(let bound): return answer(bound, in: knowledge)
        case .header(let name, let patterns):
            guard case .complete(let facts) = knowledge else { return .open }
            return answer(patterns, texts: facts.headers(name))
        case .verdict(let verdict, let results):
            guard case .complete(let facts) = knowledge else { return .open }
            return Answer(facts.verdict(verdict).map(results.contains) ?? false)
        }
    }

    private func answer(_ bound: SizeBound, in knowledge: Knowledge) -> Answer {
        switch knowledge {
        case .atRecipient(let facts): facts.declaredSize.map { Answer(bound.holds(for: $0)) } ?? .open
        case .complete(let facts): Answer(bound.holds(for: facts.size))
        }
    }

    private func answer(_ matchers: [SenderMatcher], sender: EmailAddress?) -> Answer {
        var answer = Answer.no
        let address = sender.map(ComparedAddress.init)
        for matcher in matchers {
            switch (matcher, address) {
            case (.null, nil): return .yes
            case (.null, _), (.pattern, nil): continue
            case (.pattern(let pattern), let address?):
                switch pattern.match(address) {
                case .match: return .yes
                case .noMatch: continue
                case .exhausted: answer = .exhausted
                }
            }
        }
        return answer
    }

    private func answer(_ patterns: [TextPattern], texts: [String]) -> Answer {
        var answer = Answer.no
        for text in texts {
            for pattern in patterns {
                switch pattern.match(text) {
                case .match: return .yes
                case .noMatch: continue
                case .exhausted: answer = .exhausted
                }
            }
        }
        return answer
    }
}
