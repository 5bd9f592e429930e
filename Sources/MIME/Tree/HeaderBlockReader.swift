/// Reads header blocks as they come: obsolete and broken forms too, to the end whatever happens.
///
/// - Blank lines, blanks and one line of junk before the first field of a message are skipped, mbox separators always.
/// - Lines of blanks end the block unless a continuation or an ordinary field follows.
/// - A line that is no field ends the block and belongs to the body, unless a field follows before the next empty line.
/// - A delimiter of an open multipart ends the block.
extension PartTreeBuilder {
    /// A header block that was read.
    struct HeaderBlock {
        /// Its fields, in `fields`.
        let fields: Range<Int>
        /// Where the content begins.
        let bodyOffset: Int
    }

    /// Reads the header block at `start`; `isMessage` when it is a message's, which may have junk before it.
    mutating func readHeaderBlock(at start: Int, isMessage: Bool) throws -> HeaderBlock {
        let first = fields.count
        block = BlockProgress(firstField: first)
        var offset = isMessage ? try skipToFirstField(from: start) : start
        while let next = try readLine(at: offset) { offset = next }
        headerBudget -= block.octets
        return HeaderBlock(fields: first..<fields.count, bodyOffset: block.bodyOffset ?? offset)
    }

    /// Reads one line of the block and says where the next one begins; `nil` when the block has ended.
    private mutating func readLine(at offset: Int) throws -> Int? {
        guard offset < window.end, try delimiter(at: offset) == nil else { return nil }
        let next = try window.nextLine(after: offset)
        switch try line(at: offset) {
        case .empty:
            block.bodyOffset = next
            return nil
        case .blank:
            return try readBlankLines(at: offset, next: next)
        case .continuation where block.hasFields:
            try extendField(with: offset..<next)
        case .field(let nameEnd, let colon):
            try addField(offset..<next, nameEnd: nameEnd, colon: colon)
        case .continuation, .separator, .other:
            guard block.hasFields, let field = try fieldBehindJunk(from: next) else {
                log.report(.headerWithoutBlankLine, at: offset)
                return nil
            }
            log.report(.headerJunk, at: offset)
            return field
        case .dashes:
            log.report(.headerWithoutBlankLine, at: offset)
            return nil
        }
        return next
    }

    /// The first ordinary field from `offset` on that stands before an empty line, a line of blanks and a delimiter.
    private mutating func fieldBehindJunk(from offset: Int) throws -> Int? {
        var offset = offset
        while offset < window.end, try delimiter(at: offset) == nil {
            if try isOrdinaryField(at: offset) { return offset }
            switch try line(at: offset) {
            case .empty, .blank, .dashes: return nil
            case .continuation, .field, .separator, .other: offset = try window.nextLine(after: offset)
            }
        }
        return nil
    }

    private mutating func isOrdinaryField(at offset: Int) throws -> Bool {
        let head = try window.indices(from: offset, limit: HeaderLine.lookAhead)
        return HeaderLine.isOrdinaryField(window.octets.span.extracting(head))
    }

    /// Reads the lines of blanks from `offset` on; `next` is the line after the first of them.
    private mutating func readBlankLines(at offset: Int, next: Int) throws -> Int? {
        var end = next
        while end < window.end, try line(at: end) == .blank { end = try window.nextLine(after: end) }
        guard try blockGoesOn(at: end) else {
            log.report(.blankLineWithSpaces, at: offset)
            block.bodyOffset = next
            return nil
        }
        if block.hasFields { try extendField(with: offset..<end) }
        return end
    }

    /// Whether the line at `offset`, which follows a line of blanks or of junk, belongs to the header block.
    private mutating func blockGoesOn(at offset: Int) throws -> Bool {
        guard offset < window.end, try delimiter(at: offset) == nil else { return false }
        if case .continuation = try line(at: offset) { return block.hasFields }
        return try isOrdinaryField(at: offset)
    }

    /// What the line at `offset` is.
    private mutating func line(at offset: Int) throws -> HeaderLine {
        let head = try window.indices(from: offset, limit: HeaderLine.lookAhead)
        return HeaderLine(window.octets.span.extracting(head))
    }

    // What stands before the first field of a message.

    private mutating func skipToFirstField(from start: Int) throws -> Int {
        var offset = try skipByteOrderMark(at: start)
        let begin = offset
        var skipsBlankLines = true
        while offset < window.end, try delimiter(at: offset) == nil {
            let next = try window.nextLine(after: offset)
            switch try line(at: offset) {
            case .empty where skipsBlankLines, .blank where skipsBlankLines:
                offset = next
            case .separator:
                log.report(.headerJunk, at: offset)
                skipsBlankLines = false
                offset = next
            case .field:
                if offset > begin, skipsBlankLines { log.report(.blankBeforeHeader, at: begin) }
                return offset
            case .continuation(let textAt):
                return try indentedField(at: offset, textAt: textAt) ?? (skipsBlankLines ? begin : offset)
            case .other:
                return try fieldAfterJunk(at: offset, next: next) ?? (skipsBlankLines ? begin : offset)
            case .empty, .blank, .dashes:
                return skipsBlankLines ? begin : offset
            }
        }
        return skipsBlankLines ? begin : offset
    }

    /// Where the field begins that stands behind blanks on the first line.
    private mutating func indentedField(at offset: Int, textAt: Int) throws -> Int? {
        guard case .field = try line(at: offset + textAt) else { return nil }
        log.report(.blankBeforeHeader, at: offset)
        return offset + textAt
    }

    /// The line after a first line of junk, if it is a field.
    private mutating func fieldAfterJunk(at offset: Int, next: Int) throws -> Int? {
        guard try blockGoesOn(at: next) else { return nil }
        log.report(.headerJunk, at: offset)
        return next
    }

    private mutating func skipByteOrderMark(at start: Int) throws -> Int {
        let head = try window.indices(from: start, limit: 3)
        return window.octets.span.extracting(head).equals([0xEF, 0xBB, 0xBF]) ? start + 3 : start
    }
}
