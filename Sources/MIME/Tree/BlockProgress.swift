/// How far a header block has been read.
struct BlockProgress {
    /// The index its first field has, or would have.
    let firstField: Int
    /// Whether it is that of a message inside the message.
    let isEmbedded: Bool
    /// The index after its last field.
    var lastField: Int
    /// Whether the last field read was not kept because of a limit.
    var isSkipping = false
    /// Octets of its lines so far.
    var octets = 0
    /// Where the content begins, once an empty line or one of blanks has been read.
    var bodyOffset: Int?

    /// A block whose first field will have the index `firstField`.
    init(firstField: Int, isEmbedded: Bool = false) {
        self.firstField = firstField
        self.isEmbedded = isEmbedded
        lastField = firstField
    }

    /// Whether a field has been read that a continuation could belong to.
    var hasFields: Bool { lastField > firstField || isSkipping }
}
