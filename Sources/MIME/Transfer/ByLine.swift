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
            let limit = min(input.count, start + Self.longestLine - line.count)
            let view = input.extracting(start..<limit)
            guard let end = line.isEmpty ? endOfLines(in: view) : endOfLine(in: view) else {
                append(view, to: &line)
                if line.count >= Self.longestLine { decodeLine(into: &output) }
                start = limit
                continue
            }
            if line.isEmpty {
                decoder.decode(lines: view.extracting(0..<end), into: &output)
            } else {
                append(view.extracting(0..<end), to: &line)
                decodeLine(into: &output)
            }
            start += end
        }
    }

    /// The index behind the first line feed.
    private func endOfLine(in view: Span<UInt8>) -> Int? {
        firstIndex(of: 0x0A, in: view).map { $0 + 1 }
    }

    /// The index behind the last line feed.
    private func endOfLines(in view: Span<UInt8>) -> Int? {
        var end = view.count
        while end > 0, view[end - 1] != 0x0A { end -= 1 }
        return end > 0 ? end : nil
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
