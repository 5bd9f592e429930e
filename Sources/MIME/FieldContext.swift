/// What header values are read with besides their octets.
package struct FieldContext: Sendable {
    /// The charset label that the message declares for its text; raw 8-bit headers are tried with it.
    package var fallbackCharset: String?
    /// The limits of lists.
    package var limits: ParseLimits

    /// Values of a message that declares `fallbackCharset`.
    package init(fallbackCharset: String? = nil, limits: ParseLimits = .standard) {
        self.fallbackCharset = fallbackCharset
        self.limits = limits
    }
}
