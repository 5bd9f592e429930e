/// Decodes one line after the other.
package protocol LineDecoder {
    /// Decodes `line`, which ends with its line feed; without one it is the last line, or a piece of one
    /// without end.
    mutating func decode(line: Span<UInt8>, into output: inout [UInt8])

    /// Decodes `lines`, each with its line feed: one after the other, unless a decoder knows a quicker way.
    mutating func decode(lines: Span<UInt8>, into output: inout [UInt8])

    /// Ends the data.
    mutating func finish(into output: inout [UInt8])
}

extension LineDecoder {
    /// Decodes `lines` one by one.
    package mutating func decode(lines: Span<UInt8>, into output: inout [UInt8]) {
        var start = 0
        while let lineFeed = firstIndex(of: 0x0A, in: lines, from: start) {
            decode(line: lines.extracting(start...lineFeed), into: &output)
            start = lineFeed + 1
        }
    }
}
