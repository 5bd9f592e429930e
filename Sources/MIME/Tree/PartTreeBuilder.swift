/// Builds the part tree in one pass over a message's lines, with a stack of open containers instead of
/// recursion.
///
/// A line that begins with `--` is compared with the boundaries of the open multiparts, innermost first. A
/// delimiter ends every part inside its container, closed or not; at the end of the octets every part ends.
/// RFC 2046 §5.1.
struct PartTreeBuilder {
    /// What is looked at of hostile input.
    let limits: ParseLimits
    /// The parts in the order they were found.
    var parts: [Part] = []
    /// The fields of all parts.
    var fields: [HeaderField] = []
    /// What is wrong.
    var log: DefectLog
    /// The octets that are being read.
    var window: OctetWindow
    /// Header blocks of these octets.
    var arena: HeaderArena
    /// Which octets these are, by their place among the message's.
    var space = 0
    /// Octets of header blocks that may still be kept.
    var headerBudget: Int
    /// The header block that is being read.
    var block = BlockProgress(firstField: 0)
    /// The label of the first charset that a part declares: raw octets in parameters are tried with it.
    var charset: String?
    /// Parts that are encoded messages, to be opened later.
    var encodedMessages: [Int] = []

    private var open: [OpenContainer] = []
    /// How many containers lie around the octets that are being read.
    private var outerDepth = 0
    /// The leaf whose content is being read.
    private var leaf: Int?
    /// Where reading goes on; always the beginning of a line.
    private var cursor = 0

    /// A builder of the message in `source`.
    init(_ source: any OctetSource, limits: ParseLimits) {
        self.limits = limits
        log = DefectLog(limit: limits.defects)
        window = OctetWindow(source)
        arena = HeaderArena(window)
        headerBudget = limits.headerTotal
    }

    /// Reads the message: its root and everything inside that is not encoded.
    mutating func build() throws {
        try beginPart(at: 0, in: nil)
        try readParts()
    }

    /// Reads the message that the part `holder` holds in its decoded octets, the source of `window`.
    mutating func build(_ window: OctetWindow, space: Int, in holder: Int) throws {
        self.window = window
        self.space = space
        arena = HeaderArena(window)
        open = []
        outerDepth = parts[holder].depth + 1
        parts[holder].kind = .message
        try beginPart(at: 0, in: holder)
        try readParts()
    }

    private mutating func readParts() throws {
        while let delimiter = try nextDelimiter() {
            let end = try endOfContent(before: delimiter.offset)
            endParts(inside: delimiter.level, at: end)
            cursor = delimiter.next
            if delimiter.isClosing {
                open[delimiter.level].boundary = nil
            } else if try isFollowedByDelimiterOrEnd(delimiter) {
                log.part = open[delimiter.level].part
                log.report(.emptyDelimiter, at: delimiter.offset)
            } else if parts.count >= limits.parts {
                return try endAtPartsLimit(delimiter)
            } else {
                try beginPart(at: delimiter.next, in: open[delimiter.level].part)
            }
        }
        endParts(inside: -1, at: window.end)
    }

    // Beginning.

    /// Reads header blocks from `start` on until one opens a multipart or a leaf: a message in a message
    /// begins at once.
    private mutating func beginPart(at start: Int, in parent: Int?) throws {
        var start = start
        var parent = parent
        while true {
            let isMessage = open.last.map { !$0.isMultipart } ?? true
            let index = try addPart(at: start, in: parent, isMessage: isMessage)
            guard try opensContainer(parts[index]) else {
                leaf = index
                return
            }
            cursor = parts[index].bodyOffset
            if parts[index].kind == .multipart { return }
            start = cursor
            parent = index
        }
    }

    private mutating func addPart(at start: Int, in parent: Int?, isMessage: Bool) throws -> Int {
        let index = parts.count
        log.part = index
        let header = try readHeaderBlock(at: start, isMessage: isMessage)
        var isDigestEntry = false
        var ordinal = 1
        if let level = open.indices.last, open[level].part == parent {
            open[level].children += 1
            ordinal = open[level].children
            isDigestEntry = open[level].isDigest
        }
        let depth = parent.map { parts[$0].depth + 1 } ?? 0
        var part = Part(
            index: index, parent: parent, depth: depth, ordinal: ordinal,
            contentType: isDigestEntry ? .message : .plainText, space: space, offset: start,
            fields: header.fields)
        part.bodyOffset = header.bodyOffset
        part.end = header.bodyOffset
        describe(&part)
        cursor = header.bodyOffset
        parts.append(part)
        return index
    }

    /// Whether `part` is opened as a container; it is pushed onto the stack then.
    private mutating func opensContainer(_ part: Part) throws -> Bool {
        guard part.isDeclaredMultipart || part.isDeclaredMessage else { return false }
        guard outerDepth + open.count < limits.depth, parts.count < limits.parts else {
            log.report(outerDepth + open.count < limits.depth ? .partsLimit : .depthLimit, at: part.offset)
            return false
        }
        if part.isDeclaredMessage { return opensMessage(part) }
        guard let boundary = usableBoundary(of: part) else {
            log.report(.missingBoundary, at: part.offset)
            return false
        }
        parts[part.index].kind = .multipart
        leaf = nil
        let isDigest = part.contentType.subtype == "digest"
        open.append(
            OpenContainer(part: part.index, boundary: boundary, isDigest: isDigest, isMultipart: true))
        return true
    }

    private mutating func opensMessage(_ part: Part) -> Bool {
        guard part.transferEncoding == .identity else {
            encodedMessages.append(part.index)
            return false
        }
        parts[part.index].kind = .message
        open.append(OpenContainer(part: part.index, boundary: nil, isDigest: false, isMultipart: false))
        return true
    }

    /// The boundary; `nil` when there is none that a line could hold.
    private func usableBoundary(of part: Part) -> [UInt8]? {
        guard let boundary = part.contentType.parameters.octets("boundary") else { return nil }
        return boundary.count <= [OpenContainer].longestBoundary ? boundary : nil
    }

    // Ending.

    /// Ends the leaf and every container above `level` of the stack.
    private mutating func endParts(inside level: Int, at end: Int) {
        if let leaf { parts[leaf].end = max(parts[leaf].bodyOffset, end) }
        leaf = nil
        while open.count > level + 1 { endContainer(open.removeLast(), at: end) }
    }

    private mutating func endContainer(_ container: OpenContainer, at end: Int) {
        let index = container.part
        parts[index].end = max(parts[index].bodyOffset, end)
        guard container.isMultipart else { return }
        log.part = index
        if container.children == 0 {
            parts[index].kind = .leaf
            log.report(.boundaryNotFound, at: parts[index].offset)
        } else if container.boundary != nil {
            log.report(.unclosedMultipart, at: parts[index].offset)
        }
    }

    private mutating func endAtPartsLimit(_ delimiter: Delimiter) throws {
        log.part = open[delimiter.level].part
        log.report(.partsLimit, at: delimiter.offset)
        if let last = parts.indices.last, parts[last].kind == .leaf { leaf = last }
        endParts(inside: -1, at: window.end)
    }

    // Delimiters.

    /// The next delimiter of an open multipart from `cursor` on.
    private mutating func nextDelimiter() throws -> Delimiter? {
        guard open.contains(where: { $0.boundary != nil }) else { return nil }
        while cursor < window.end {
            if let delimiter = try delimiter(at: cursor) { return delimiter }
            cursor = try window.nextLine(after: cursor)
        }
        return nil
    }

    /// The delimiter that the line at `offset` is, if it is one.
    mutating func delimiter(at offset: Int) throws -> Delimiter? {
        guard !open.isEmpty, try window.octet(at: offset) == UInt8(ascii: "-") else { return nil }
        let view = try window.indices(from: offset, limit: [OpenContainer].longestDelimiter)
        let octets = window.octets.span.extracting(view)
        guard octets.count >= 2, octets[1] == UInt8(ascii: "-") else { return nil }
        let lineFeed = firstIndex(of: 0x0A, in: octets)
        guard lineFeed != nil || offset + octets.count == window.end else { return nil }
        guard let hit = open.match(octets.extracting(0..<(lineFeed ?? octets.count))) else { return nil }
        let next = offset + (lineFeed.map { $0 + 1 } ?? octets.count)
        return Delimiter(level: hit.level, isClosing: hit.isClosing, offset: offset, next: next)
    }

    /// A delimiter with nothing behind it makes no part; one with an empty line behind it does.
    private mutating func isFollowedByDelimiterOrEnd(_ delimiter: Delimiter) throws -> Bool {
        try delimiter.next >= window.end || self.delimiter(at: delimiter.next) != nil
    }

    /// Where content ends before the delimiter line at `offset`: the line break belongs to the delimiter.
    private mutating func endOfContent(before offset: Int) throws -> Int {
        var end = offset
        if end > 0, try window.octet(at: end - 1) == 0x0A { end -= 1 }
        if end < offset, end > 0, try window.octet(at: end - 1) == 0x0D { end -= 1 }
        return end
    }
}
