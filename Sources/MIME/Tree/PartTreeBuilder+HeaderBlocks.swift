/// Reads header blocks as they come: obsolete and broken forms too, to the end whatever happens.
///
/// - Blank lines, blanks and one line of junk before the first field of a message are skipped, mbox
///   separators always.
/// - Lines of blanks end the block unless a continuation or an ordinary field follows.
/// - A line that is no field ends the block and belongs to the body, unless a field follows before the next
///   empty line, or it and all lines up to there look like damaged fields.
/// - A message inside the message that does not begin with a field begins with junk up to its first empty
///   line; the part that holds it still has every octet.
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
        block = BlockProgress(firstField: first, isEmbedded: isMessage && !parts.isEmpty)
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
            guard let end = try endOfJunk(from: offset, next: next) else {
                log.report(.headerWithoutBlankLine, at: offset)
                return nil
            }
            log.report(.headerJunk, at: offset)
            return end
        case .dashes:
            log.report(.headerWithoutBlankLine, at: offset)
            return nil
        }
        return next
    }

    /// Where the lines of junk that begin at `offset` end, if they are junk and not the body; `next` is the
    /// line after it.
    private mutating func endOfJunk(from offset: Int, next: Int) throws -> Int? {
        guard block.hasFields else { return block.isEmbedded ? next : nil }
        var (current, next) = (offset, next)
        var looksDamaged = true
        while current < window.end, try delimiter(at: current) == nil {
            if try isOrdinaryField(at: current) { return current }
            switch try line(at: current) {
            case .empty: return looksDamaged ? current : nil
            case .blank, .dashes: return nil
            case .continuation, .field, .separator, .other: break
            }
            if looksDamaged { looksDamaged = try holdsColonOrEquals(current..<next) }
            current = next
            next = try window.nextLine(after: current)
        }
        return nil
    }

    /// Whether a line holds a `:` or a `=`, as fields and their parameters do.
    private mutating func holdsColonOrEquals(_ line: Range<Int>) throws -> Bool {
        let view = try window.indices(from: line.lowerBound, limit: min(line.count, HeaderLine.lookAhead))
        let octets = window.octets
        let text = octets.span.extracting(view)
        return firstIndex(of: UInt8(ascii: ":"), in: text) != nil
            || firstIndex(of: UInt8(ascii: "="), in: text) != nil
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
        switch try line(at: offset) {
        case .continuation, .empty: return block.hasFields
        case .field: return try isOrdinaryField(at: offset)
        case .blank, .separator, .dashes, .other: return false
        }
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
                return try indentedField(at: offset, textAt: textAt) ?? fieldAfterJunk(at: offset, next: next)
                    ?? (skipsBlankLines ? begin : offset)
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
