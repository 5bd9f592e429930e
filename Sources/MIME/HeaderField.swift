/// One field of a header block, as places in the octets of header blocks that `ParsedMessage` keeps.
package struct HeaderField: Equatable, Sendable {
    /// Which field it is, of those this room knows.
    package let kind: FieldKind
    /// Which octets it lies in: 0 for those received, higher for decoded messages inside the message.
    let space: Int
    /// Where the field begins in the octets as received (inside a decoded message: in its octets).
    package let offset: Int
    /// The name: what stands before the colon, without blanks at its end.
    let name: Range<Int>
    /// The value: what stands after the colon, folded as sent, without the last line end.
    var value: Range<Int>
}

extension HeaderField {
    /// Where the value begins in the octets that `offset` counts in.
    var valueOffset: Int { offset + value.lowerBound - name.lowerBound }
}
