package import Mail

/// What a rule asks of a message besides its recipient.
package enum Condition: Sendable {
    /// The reverse-path matches one of these; the null sender only where `.null` is among them.
    case sender([SenderMatcher])
    /// The peer's address lies in one of these networks.
    case client([IPNetwork])
    /// The message came by one of these listeners.
    case listener([String])
    /// The authenticated user matches one of these.
    case user([TextPattern])
    /// The size lies within the bound: the declared one at RCPT, the real one after the final dot.
    case size(SizeBound)
    /// A header field of this name has a value that matches one of these.
    case header(name: String, [TextPattern])
    /// An evaluation came to one of these results, in lower case.
    case verdict(Verdict, oneOf: [String])

    /// Whether only the message itself can tell.
    package var needsContent: Bool {
        switch self {
        case .header, .verdict: true
        case .sender, .client, .listener, .user, .size: false
        }
    }
}

/// Which reverse-paths a condition takes.
package enum SenderMatcher: Sendable {
    /// The null sender, `<>`.
    case null
    /// Addresses of a pattern.
    case pattern(AddressPattern)
}

/// What can be evaluated about a message, under its name in `match:`.
package enum Verdict: String, CaseIterable, Sendable {
    /// RFC 7208.
    case spf
    /// RFC 6376.
    case dkim
    /// RFC 7489.
    case dmarc
    /// RFC 8617.
    case arc
    /// RFC 8601 §3.
    case iprev
    /// The virus scanners' result: `found` or `clean`.
    case virus
    /// The spam scanners' result: `found` or `clean`.
    case spam
}

/// A bound on a size: `<20MiB`, `>=1kB`.
package struct SizeBound: Hashable, Sendable {
    /// How a size is compared with the bound.
    package enum Comparison: String, CaseIterable, Sendable {
        /// At most as large.
        case atMost = "<="
        /// At least as large.
        case atLeast = ">="
        /// Smaller.
        case below = "<"
        /// Larger.
        case above = ">"
    }

    /// The comparison.
    package let comparison: Comparison
    /// What the size is compared with.
    package let bound: ByteCount

    /// Sizes that are `comparison` than `bound`.
    package init(_ comparison: Comparison, _ bound: ByteCount) {
        self.comparison = comparison
        self.bound = bound
    }

    /// Whether `size` octets lie within the bound.
    package func holds(for size: Int) -> Bool {
        switch comparison {
        case .atMost: size <= bound.bytes
        case .atLeast: size >= bound.bytes
        case .below: size < bound.bytes
        case .above: size > bound.bytes
        }
    }
}
