/// Decodes quoted-printable, as it is found in mail.
///
/// RFC 2045 §6.7.
///
/// A `=` without two hexadecimal digits stays with the character behind it, digits may be in lower case, `=`
/// with blanks and a line end joins two lines, and a `=` that ends the data is dropped.
///
/// Departs from RFC 2045 §6.7 rule 3: blanks before a line end are kept. No transport adds them any more, but
/// senders of `format=flowed` text leave them unencoded, and without them its paragraphs fall apart.
package struct QuotedPrintableDecoder: LineDecoder {
    /// How many `=` were without their two digits.
    package private(set) var invalid = 0
    /// The end of a piece of a line without end that cannot be decoded before what follows it is known.
    private var held: [UInt8] = []

    /// A decoder of quoted-printable.
    package init() {}

    /// Decodes a line.
    package mutating func decode(line: Span<UInt8>, into output: inout [UInt8]) {
        guard line[line.count - 1] == 0x0A else { return hold(line, into: &output) }
        guard !held.isEmpty else { return decode(lines: line, into: &output) }
        append(line, to: &held)
        let joined = held
        held = []
        decode(lines: joined.span, into: &output)
    }

    /// Decodes whole lines: all that is no escape is copied as it is, so only lines with an odd `=` are looked at
    /// one by one.
    package mutating func decode(lines: Span<UInt8>, into output: inout [UInt8]) {
        output.append(addingCapacity: lines.count) { decoded in
            var index = 0
            while let escape = firstIndex(of: UInt8(ascii: "="), in: lines, from: index) {
                append(lines.extracting(index..<escape), to: &decoded)
                if escape + 2 < lines.count, let high = hexValue(lines[escape + 1]),
                    let low = hexValue(lines[escape + 2])
                {
                    decoded.append(high << 4 | low)
                    index = escape + 3
                } else {
                    index = (firstIndex(of: 0x0A, in: lines, from: escape) ?? lines.count - 1) + 1
                    decode(whole: lines.extracting(escape..<index), into: &decoded)
                }
            }
            append(lines.extracting(index...), to: &decoded)
        }
    }

    /// Decodes what was held back.
    package mutating func finish(into output: inout [UInt8]) {
        let last = held
        held = []
        var end = last.count
        while end > 0, isBlank(last[end - 1]) { end -= 1 }
        output.append(addingCapacity: last.count) { decoded in
            let index = decode(last.span.extracting(0..<end), into: &decoded)
            guard index == end || index + 1 < end else { return }
            append(last.span.extracting(index..<last.count), to: &decoded)
        }
    }

    private mutating func decode(whole line: Span<UInt8>, into output: inout OutputSpan<UInt8>) {
        var end = line.count - 1
        if end > 0, line[end - 1] == 0x0D { end -= 1 }
        while end > 0, isBlank(line[end - 1]) { end -= 1 }
        let index = decode(line.extracting(0..<end), into: &output)
        if index + 1 == end { return }
        if index < end { invalid += 1 }
        append(line.extracting(index..<line.count), to: &output)
    }

    /// Decodes a piece of a line whose end is not there yet, and keeps what cannot be decoded without it.
    private mutating func hold(_ piece: Span<UInt8>, into output: inout [UInt8]) {
        append(piece, to: &held)
        let joined = held
        held = []
        var end = joined.count
        while end > 0, isBlank(joined[end - 1]), joined.count - end < ByLine<Self>.longestLine { end -= 1 }
        output.append(addingCapacity: end) { decoded in
            let index = decode(joined.span.extracting(0..<end), into: &decoded)
            append(joined.span.extracting(index..<joined.count), to: &held)
        }
    }

    /// Decodes `text` up to an escape at its very end that is not whole; says where that begins, else where
    /// `text` ends.
    private mutating func decode(_ text: Span<UInt8>, into output: inout OutputSpan<UInt8>) -> Int {
        var index = 0
        while let escape = firstIndex(of: UInt8(ascii: "="), in: text, from: index) {
            append(text.extracting(index..<escape), to: &output)
            index = escape
            guard escape + 1 < text.count else { return escape }
            guard let high = hexValue(text[escape + 1]) else {
                invalid += 1
                append(text.extracting(escape..<escape + 2), to: &output)
                index = escape + 2
                continue
            }
            guard escape + 2 < text.count else { return escape }
            if let low = hexValue(text[escape + 2]) {
                output.append(high << 4 | low)
                index = escape + 3
            } else {
                invalid += 1
                append(text.extracting(escape..<escape + 2), to: &output)
                index = escape + 2
            }
        }
        append(text.extracting(index..<text.count), to: &output)
        return text.count
    }
}
