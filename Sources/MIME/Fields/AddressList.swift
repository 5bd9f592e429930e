/// The mailboxes of an address field, those of groups among them, in order (RFC 5322 §3.4).
package struct AddressList: Equatable, Sendable {
    /// The mailboxes.
    package var mailboxes: [Mailbox] = []
    /// The names of the groups, empty groups too.
    package var groups: [String] = []

    /// A list with nothing in it.
    package init() {}

    /// Reads `raw`; there is a result for every input.
    ///
    /// - The part in angle brackets is the address, whatever the words before it look like.
    /// - Without brackets the last word with an `@` is the address and the other words are the name.
    /// - A comment separates words and is no part of an address; it is the name when there is no other.
    /// - An address is never taken out of an encoded word or a quoted string.
    package init(parsing raw: Span<UInt8>, in context: FieldContext, defects: inout DefectLog) {
        var parser = AddressParser(context: context, defects: defects)
        self = parser.parse(raw)
        defects = parser.defects
    }
}
