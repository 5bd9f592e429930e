import Mail

/// A pattern for addresses: literal text, `*`, `{name}`, or `/regex/` on the whole address.
///
/// - `*` stands for any run of characters but `@`; alone before the `@`, for every local part.
/// - `{name}` stands for one or more characters but `@` and the sub-address separator, and captures them.
/// - In quotes the local part is literal: `"a*b"@example.com`.
///
/// Case does not matter in ASCII; other characters are compared in NFC, domains as A-labels.
package struct AddressPattern: Sendable {
    /// The pattern as written.
    package let text: String
    /// The names it captures, in order.
    package let names: [String]
    /// How it is matched.
    let form: Form

    /// The ways to match.
    enum Form: Sendable {
        /// Exactly the address of this comparison key.
        case literal(key: String)
        /// Any local part (`nil`) or those of a glob, at the domains of another.
        case globs(local: Glob?, domain: Glob)
        /// The addresses that an expression finds.
        case expression(RegularExpression)
    }

    /// Reads a pattern; `subaddress` is what `{name}` must not hold.
    package init(_ text: String, subaddress: Character?) throws(PatternError) {
        self.text = text
        if text.hasPrefix("/") {
            let expression = try AddressPattern.expression(text)
            (form, names) = (.expression(expression), expression.names)
        } else {
            form = try AddressPattern.form(of: text, subaddress: subaddress)
            names = form.globNames
        }
        let repeated = names.enumerated().first { names[..<$0].contains($1) }
        if let repeated { throw .repeatedName(repeated.element) }
    }

    /// The domain that every match has; `nil` when there may be several.
    package var domain: String? {
        switch form {
        case .literal(let key): key.lastIndex(of: "@").map { String(key[key.index(after: $0)...]) }
        case .globs(_, let domain): domain.literal
        case .expression: nil
        }
    }

    /// Whether it takes every local part of its domains.
    package var isWholeDomain: Bool {
        if case .globs(local: nil, _) = form { true } else { false }
    }

    private static func expression(_ text: String) throws(PatternError) -> RegularExpression {
        guard text.utf8.count > 2, text.hasSuffix("/") else { throw .unterminatedExpression }
        do {
            return try RegularExpression(String(text.dropFirst().dropLast()), ignoringCase: true)
        } catch {
            throw .badExpression(error.reason, offset: error.offset + 1)
        }
    }

    private static func form(of text: String, subaddress: Character?) throws(PatternError) -> Form {
        guard let parts = AddressText(text) else { throw .noAddress }
        // Two domains in one string, say: nothing would ever match, and nobody would know.
        guard !parts.domain.unicodeScalars.contains(where: { $0.value <= 0x20 || $0 == "," || $0 == ";" })
        else { throw .badDomain(parts.domain) }
        let domain = try Glob(domainLabels(of: parts.domain), without: "@", subaddress: subaddress)
        if parts.isQuoted, let literal = domain.literal {
            return .literal(key: EmailAddress(local: parts.local, domain: literal).comparisonKey)
        }
        let local =
            try parts.isQuoted
            ? Glob(literal: parts.local) : Glob(parts.local, without: "@", subaddress: subaddress)
        if let localText = local.literal, let domainText = domain.literal {
            return .literal(key: "\(localText)@\(domainText)")
        }
        return .globs(local: local.isWildcard ? nil : local, domain: domain)
    }

    /// The domain with its U-labels as A-labels; a label with a wildcard must be ASCII.
    private static func domainLabels(of domain: String) throws(PatternError) -> String {
        guard !domain.utf8.allSatisfy({ $0 < 0x80 }) else { return domain }
        var labels: [String] = []
        for label in domain.split(separator: ".", omittingEmptySubsequences: false) {
            guard !label.utf8.allSatisfy({ $0 < 0x80 }) else {
                labels.append(String(label))
                continue
            }
            guard !label.contains(where: { "*{}".contains($0) }), let ascii = Domain(String(label))?.ascii
            else {
                throw .badDomain(String(label))
            }
            labels.append(ascii)
        }
        return labels.joined(separator: ".")
    }
}

extension AddressPattern: Equatable {
    /// Patterns are equal when their texts are.
    package static func == (left: AddressPattern, right: AddressPattern) -> Bool { left.text == right.text }
}

extension AddressPattern.Form {
    fileprivate var globNames: [String] {
        switch self {
        case .literal: []
        case .globs(let local, let domain): (local?.names ?? []) + domain.names
        case .expression(let expression): expression.names
        }
    }
}

/// Why a text is no pattern.
package enum PatternError: Error, Equatable {
    /// There is no local part, no `@`, or no domain.
    case noAddress
    /// A domain label that is no domain by IDNA 2008, or one that mixes wildcards with non-ASCII letters.
    case badDomain(String)
    /// A brace has no partner, or what stands between the braces is no name.
    case badName(String)
    /// Two names are the same.
    case repeatedName(String)
    /// Two wildcards touch, so that nobody could say where one ends.
    case touchingWildcards
    /// There are more wildcards than `Glob.mostWildcards`.
    case tooManyWildcards
    /// `/` at the front, but none at the end.
    case unterminatedExpression
    /// PCRE2 does not take the expression.
    case badExpression(String, offset: Int)
}
