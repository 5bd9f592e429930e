/// One field of a header block, as places in `ParsedMessage.headerOctets`.
package struct HeaderField: Equatable, Sendable {
    /// Where the field begins in the octets as received (inside a decoded message: where that message's part begins).
    package let offset: Int
    /// The name: what stands before the colon, without blanks at its end.
    package let name: Range<Int>
    /// The value: what stands after the colon, folded as sent, without the last line end.
    package let value: Range<Int>

    /// The field at `offset` with the given places.
    package init(offset: Int, name: Range<Int>, value: Range<Int>) {
        self.offset = offset
        self.name = name
        self.value = value
    }
}
