/// Finds the rules that may be for an address without trying all of them.
///
/// Literal addresses are hashed; patterns whose domain is fixed stand in a table of domains; all others, and lists,
/// are tried for every address. The order of the rules is kept.
struct RuleIndex: Sendable {
    /// A matcher of a rule that may be for the address; of a rule for every recipient, `matcher` is 0.
    struct Candidate: Comparable, Sendable {
        /// The rule's place in the table.
        let rule: Int
        /// The matcher's place in the rule.
        let matcher: Int

        static func < (left: Candidate, right: Candidate) -> Bool {
            (left.rule, left.matcher) < (right.rule, right.matcher)
        }
    }

    private var byAddress: [String: [Candidate]] = [:]
    private var byDomain: [String: [Candidate]] = [:]
    private var everywhere: [Candidate] = []

    /// An index of `rules`.
    init(_ rules: [Rule]) {
        for (position, rule) in rules.enumerated() {
            guard let recipients = rule.recipients else {
                everywhere.append(Candidate(rule: position, matcher: 0))
                continue
            }
            for (matcher, recipient) in recipients.enumerated() {
                insert(recipient, Candidate(rule: position, matcher: matcher))
            }
        }
    }

    private mutating func insert(_ recipient: RecipientMatcher, _ candidate: Candidate) {
        guard case .pattern(let pattern) = recipient else { return everywhere.append(candidate) }
        if case .literal(let key) = pattern.form {
            byAddress[key, default: []].append(candidate)
        } else if let domain = pattern.domain {
            byDomain[domain, default: []].append(candidate)
        } else {
            everywhere.append(candidate)
        }
    }

    /// What may be for `address`, in the order of the rules.
    func candidates(for address: ComparedAddress) -> [Candidate] {
        let exact = byAddress[address.key] ?? []
        let domain = byDomain[address.domain] ?? []
        if domain.isEmpty && everywhere.isEmpty { return exact }
        if exact.isEmpty && everywhere.isEmpty { return domain }
        if exact.isEmpty && domain.isEmpty { return everywhere }
        return (exact + domain + everywhere).sorted()
    }
}
