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
