/// Joins the lines of `format=flowed` text into paragraphs.
///
/// RFC 3676 §4.
///
/// A line that ends with a space goes on in the next one of the same quote depth (with `delsp=yes` that space
/// goes); one space in front is stuffing; `-- ` is a signature's separator and never flows. Line ends become
/// LF, quotes `> `.
package struct FlowedText: LineDecoder {
    private let deletesSpace: Bool
    /// The quote depth of the paragraph that goes on.
    private var openDepth: Int?
    /// Whether the last piece was part of a line that has not ended.
    private var isInLine = false

    /// Text with `delsp=yes` or not.
    package init(deletesSpace: Bool) {
        self.deletesSpace = deletesSpace
    }

    /// Reads a line.
    package mutating func decode(line: Span<UInt8>, into output: inout [UInt8]) {
        let hasEnd = line[line.count - 1] == 0x0A
        var end = line.count
        if hasEnd { end -= 1 }
        if hasEnd, end > 0, line[end - 1] == 0x0D { end -= 1 }
        let start = isInLine ? 0 : beginLine(line.extracting(0..<end), into: &output)
        let isSeparator = !isInLine && line.extracting(start..<end).equals([0x2D, 0x2D, 0x20])
        isInLine = !hasEnd
        guard hasEnd else { return append(line.extracting(start..<end), to: &output) }
        if end > start, line[end - 1] == 0x20, !isSeparator {
            append(line.extracting(start..<end - (deletesSpace ? 1 : 0)), to: &output)
        } else {
            append(line.extracting(start..<end), to: &output)
            output.append(0x0A)
            openDepth = nil
        }
    }

    /// Ends the text.
    package mutating func finish(into output: inout [UInt8]) {
        if openDepth != nil, !isInLine { output.append(0x0A) }
    }

    /// Takes quotes and stuffing off, and says where the text begins; a new paragraph gets its quotes.
    private mutating func beginLine(_ text: Span<UInt8>, into output: inout [UInt8]) -> Int {
        var depth = 0
        while depth < text.count, text[depth] == UInt8(ascii: ">") { depth += 1 }
        let start = depth < text.count && text[depth] == 0x20 ? depth + 1 : depth
        let isSeparator = text.extracting(start..<text.count).equals([0x2D, 0x2D, 0x20])
        if let openDepth, openDepth == depth, !isSeparator { return start }
        if openDepth != nil { output.append(0x0A) }
        openDepth = depth
        for _ in 0..<depth { output.append(UInt8(ascii: ">")) }
        if depth > 0 { output.append(0x20) }
        return start
    }
}
