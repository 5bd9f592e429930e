/// Cuts pieces of any size into lines for a decoder; lines without end come in pieces of their own.
package struct ByLine<Decoder: LineDecoder> {
    /// Octets after which a line is handed on though it has not ended.
    static var longestLine: Int { 16 << 10 }

    /// What decodes the lines.
    package var decoder: Decoder
    private var line: [UInt8] = []

    /// Lines for `decoder`.
    package init(_ decoder: Decoder) {
        self.decoder = decoder
    }

    /// Decodes `input`, which may end in the middle of a line.
    package mutating func decode(_ input: Span<UInt8>, into output: inout [UInt8]) {
        var start = 0
        while start < input.count {
            let room = Self.longestLine - line.count
            let limit = min(input.count, start + room)
            let view = input.extracting(start..<limit)
            guard let lineFeed = firstIndex(of: 0x0A, in: view) else {
                append(view, to: &line)
                if line.count >= Self.longestLine { decodeLine(into: &output) }
                start = limit
                continue
            }
            let piece = view.extracting(0..<lineFeed + 1)
            if line.isEmpty {
                decoder.decode(line: piece, into: &output)
            } else {
                append(piece, to: &line)
                decodeLine(into: &output)
            }
            start += piece.count
        }
    }

    /// Ends the data.
    package mutating func finish(into output: inout [UInt8]) {
        if !line.isEmpty { decodeLine(into: &output) }
        decoder.finish(into: &output)
    }

    private mutating func decodeLine(into output: inout [UInt8]) {
        let whole = line
        line = []
        decoder.decode(line: whole.span, into: &output)
    }
}
