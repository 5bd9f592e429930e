/// Turns CRLF into LF.
package struct LineEnds {
    private var hasReturn = false

    /// Text from its beginning.
    package init() {}

    /// Reads a piece of text.
    package mutating func decode(_ text: Span<UInt8>, into output: inout [UInt8]) {
        output.append(addingCapacity: text.count + 1) { lines in decode(text, into: &lines) }
    }

    private mutating func decode(_ text: Span<UInt8>, into output: inout OutputSpan<UInt8>) {
        var start = 0
        if hasReturn, text.count > 0 {
            hasReturn = false
            if text[0] != 0x0A { output.append(0x0D) }
        }
        while let carriageReturn = firstIndex(of: 0x0D, in: text, from: start) {
            append(text.extracting(start..<carriageReturn), to: &output)
            start = carriageReturn + 1
            if start == text.count {
                hasReturn = true
            } else if text[start] != 0x0A {
                output.append(0x0D)
            }
        }
        append(text.extracting(start..<text.count), to: &output)
    }

    /// Ends the text.
    package mutating func finish(into output: inout [UInt8]) {
        if hasReturn { output.append(0x0D) }
        hasReturn = false
    }
}
