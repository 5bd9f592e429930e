import Mail

/// A pattern for header values and user names: text with `*`s, or `/regex/`, or `/regex/i` without regard to case.
///
/// Text is compared as a whole, without regard to case in ASCII.
package struct TextPattern: Sendable {
    /// The pattern as written.
    package let text: String
    private let form: Form

    private enum Form: Sendable {
        case glob(Glob)
        case expression(RegularExpression)
    }

    /// What a pattern says about a text.
    enum Outcome {
        /// It matches.
        case match
        /// It does not.
        case noMatch
        /// A limit was reached; counts as no match.
        case exhausted
    }

    /// Reads a pattern.
    package init(_ text: String) throws(PatternError) {
        self.text = text
        guard text.hasPrefix("/") else {
            form = .glob(try Glob(starsIn: text))
            return
        }
        let ignoringCase = text.hasSuffix("/i")
        let end = ignoringCase ? text.dropLast() : text[...]
        guard end.utf8.count > 2, end.hasSuffix("/") else { throw .unterminatedExpression }
        do {
            let inner = String(end.dropFirst().dropLast())
            form = .expression(try RegularExpression(inner, ignoringCase: ignoringCase))
        } catch {
            throw .badExpression(error.reason, offset: error.offset + 1)
        }
    }

    /// Whether it matches `text`.
    func match(_ text: String) -> Outcome {
        guard text.utf8.count <= RegularExpression.longestSubject else { return .exhausted }
        switch form {
        case .glob(let glob):
            return glob.match(Array(asciiLowercased(normalized(text)).utf8)) == nil ? .noMatch : .match
        case .expression(let expression):
            switch expression.match(Array(text.utf8)) {
            case .match: return .match
            case .noMatch: return .noMatch
            case .exhausted: return .exhausted
            }
        }
    }
}
