package import Mail

/// An address in the forms in which patterns compare it; made once for each look-up.
package struct ComparedAddress: Sendable {
    /// `EmailAddress.comparisonKey`.
    let key: String
    /// The local part in NFC, as sent.
    let local: [UInt8]
    /// The same with A–Z in lower case; of the same length.
    let foldedLocal: [UInt8]
    /// The domain in A-labels.
    let domain: String

    /// The forms of `address`.
    package init(_ address: EmailAddress) {
        let sent = normalized(address.local)
        let folded = asciiLowercased(sent)
        domain = Domain(address.domain)?.ascii ?? address.domain
        key = "\(folded)@\(domain)"
        local = Array(sent.utf8)
        foldedLocal = Array(folded.utf8)
    }
}

/// What a pattern says about an address.
enum PatternOutcome {
    /// It matches and caught these.
    case match([Capture])
    /// It does not match.
    case noMatch
    /// A limit of the expression was reached; counts as no match.
    case exhausted
}

extension AddressPattern {
    /// Whether it matches `address`, and what it catches.
    func match(_ address: ComparedAddress) -> PatternOutcome {
        switch form {
        case .literal(let key): key == address.key ? .match([]) : .noMatch
        case .globs(let local, let domain): match(address, local: local, domain: domain)
        case .expression(let expression): match(address, expression)
        }
    }

    private func match(_ address: ComparedAddress, local: Glob?, domain: Glob) -> PatternOutcome {
        let domainOctets = Array(address.domain.utf8)
        guard let inDomain = domain.match(domainOctets) else { return .noMatch }
        guard let local else { return .match(captures(inDomain, of: domainOctets)) }
        guard let inLocal = local.match(address.foldedLocal) else { return .noMatch }
        return .match(captures(inLocal, of: address.local) + captures(inDomain, of: domainOctets))
    }

    private func match(_ address: ComparedAddress, _ expression: RegularExpression) -> PatternOutcome {
        let subject = address.local + [UInt8(ascii: "@")] + Array(address.domain.utf8)
        switch expression.match(subject) {
        case .match(let groups): return .match(captures(groups, of: subject))
        case .noMatch: return .noMatch
        case .exhausted: return .exhausted
        }
    }
}

private func captures(_ ranges: [(name: String, range: Range<Int>)], of text: [UInt8]) -> [Capture] {
    ranges.map { Capture(name: $0.name, value: String(decoding: text[$0.range], as: UTF8.self)) }
}

extension AddressPattern {
    /// Whether `address` is one of the pattern's; an expression that gives up counts as no match.
    package func matches(_ address: EmailAddress) -> Bool {
        if case .match = match(ComparedAddress(address)) { true } else { false }
    }
}
