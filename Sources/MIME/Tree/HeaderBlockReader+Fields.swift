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

/// Keeping fields, within the limits.
extension PartTreeBuilder {
    /// Notes the field whose first line is `line`.
    mutating func addField(_ line: Range<Int>, nameEnd: Int, colon: Int) throws {
        guard hasRoom(for: line) else {
            block.isSkipping = true
            return
        }
        block.isSkipping = false
        let kept = try arena.keep(line.prefix(max(limits.field, colon + 1)), of: &window)
        let name = kept.lowerBound..<kept.lowerBound + nameEnd
        let value = arena.withoutLineEnd(kept.lowerBound + colon + 1..<kept.upperBound)
        let kind = FieldKind(name: arena.octets.span.extracting(name))
        if nameEnd != colon { log.report(.invalidFieldName, at: line.lowerBound) }
        if line.count > limits.field { log.report(.fieldTooLong, at: line.lowerBound) }
        fields.append(
            HeaderField(kind: kind, space: space, offset: line.lowerBound, name: name, value: value))
        block.lastField = fields.count
    }

    /// Adds a continuation line to the last field.
    mutating func extendField(with line: Range<Int>) throws {
        block.octets += line.count
        guard !block.isSkipping, let last = fields.indices.last else { return }
        let begin = fields[last].value.lowerBound
        guard block.octets <= min(limits.headerBlock, headerBudget),
            fields[last].value.count + line.count <= limits.field
        else {
            log.report(.fieldTooLong, at: fields[last].offset)
            block.isSkipping = true
            return
        }
        let kept = try arena.keep(line, of: &window)
        fields[last].value = arena.withoutLineEnd(begin..<kept.upperBound)
    }

    private mutating func hasRoom(for line: Range<Int>) -> Bool {
        block.octets += line.count
        if block.octets > min(limits.headerBlock, headerBudget) {
            if !block.isSkipping { log.report(.headerTooLarge, at: line.lowerBound) }
            return false
        }
        if fields.count >= limits.fields {
            if !block.isSkipping { log.report(.headersTruncated, at: line.lowerBound) }
            return false
        }
        return true
    }
}

/// The octets of the header blocks of one source: the source itself when it is in memory, else copies of
/// them.
struct HeaderArena {
    /// The octets; places of fields are indices of it.
    private(set) var octets: [UInt8]
    private let isSource: Bool

    /// The arena for the source that `window` looks at.
    init(_ window: OctetWindow) {
        isSource = window.whole != nil
        octets = window.whole ?? []
    }

    /// Keeps the octets of `line`, and says where.
    ///
    /// Lines kept one after the other lie one after the other.
    mutating func keep(_ line: Range<Int>, of window: inout OctetWindow) throws -> Range<Int> {
        if isSource { return line }
        let begin = octets.count
        try window.copy(line, to: &octets)
        return begin..<octets.count
    }

    /// `range` without the line end it may close with.
    func withoutLineEnd(_ range: Range<Int>) -> Range<Int> {
        var end = range.upperBound
        if end > range.lowerBound, octets[end - 1] == 0x0A { end -= 1 }
        if end > range.lowerBound, octets[end - 1] == 0x0D { end -= 1 }
        return range.lowerBound..<end
    }
}
