/// An encoded word: `=?charset*language?B?text?=` (RFC 2047 §2, RFC 2231 §5).
struct EncodedWord {
    /// Where the charset's label is, without a language.
    let charset: Range<Int>
    /// Whether the text is base64 (B), not quoted-printable (Q).
    let isBase64: Bool
    /// Where the encoded text is.
    let text: Range<Int>
    /// The index behind the closing `?=`.
    let end: Int

    /// Longest charset with language that is looked at.
    private static let longestCharset = 100

    /// Reads the encoded word that opens at `start` of `octets`; `nil` when there is none.
    ///
    /// More is taken than RFC 2047 allows, because it is sent: raw blanks, brackets and 8-bit octets in the
    /// text, any length. A text that runs into the next encoded word was never closed. `search` remembers a
    /// fruitless search for `?=`, so that a field full of openings is read in linear time.
    init?(in octets: Span<UInt8>, at start: Int, search: inout TerminatorSearch) {
        guard let (charset, isBase64, textStart) = Self.opening(in: octets, at: start),
            !search.isHopeless(from: textStart)
        else { return nil }
        var index = textStart
        while index + 1 < octets.count {
            if octets[index] == UInt8(ascii: "?"), octets[index + 1] == UInt8(ascii: "=") {
                self.charset = charset
                self.isBase64 = isBase64
                text = textStart..<index
                end = index + 2
                return
            }
            if isFoldingSpace(octets[index]), octets.opensEncodedWord(at: index + 1),
                Self.opening(in: octets, at: index + 1) != nil
            {
                return nil
            }
            index += 1
        }
        search.failed(from: textStart)
        return nil
    }

    private static func opening(
        in octets: Span<UInt8>, at start: Int
    ) -> (charset: Range<Int>, isBase64: Bool, text: Int)? {
        let first = start + 2
        let limit = min(octets.count, first + longestCharset)
        var (index, label) = (first, 0)
        while index < limit, octets[index] != UInt8(ascii: "?"), octets[index] > 0x20 {
            if octets[index] == UInt8(ascii: "*"), label == 0 { label = index }
            index += 1
        }
        guard index > first, index + 2 < octets.count, octets[index] == UInt8(ascii: "?"),
            octets[index + 2] == UInt8(ascii: "?")
        else { return nil }
        let charset = first..<(label == 0 ? index : label)
        switch octets[index + 1] {
        case UInt8(ascii: "B"), UInt8(ascii: "b"): return (charset, true, index + 3)
        case UInt8(ascii: "Q"), UInt8(ascii: "q"): return (charset, false, index + 3)
        default: return nil
        }
    }

    /// Appends the octets that the text in `octets` stands for.
    func appendContent(of octets: Span<UInt8>, to output: inout [UInt8]) {
        let text = octets.extracting(text)
        if isBase64 {
            Self.appendBase64(text, to: &output)
        } else {
            Self.appendQ(text, to: &output)
        }
    }

    private static func appendQ(_ text: Span<UInt8>, to output: inout [UInt8]) {
        var index = 0
        while index < text.count {
            let octet = text[index]
            if octet == UInt8(ascii: "="), index + 2 < text.count, let high = hexValue(text[index + 1]),
                let low = hexValue(text[index + 2])
            {
                output.append(high << 4 | low)
                index += 2
            } else if octet != 0x0D, octet != 0x0A {
                output.append(octet == UInt8(ascii: "_") ? 0x20 : octet)
            }
            index += 1
        }
    }

    /// Characters outside the alphabet are ignored; padding ends a group, and another may follow.
    private static func appendBase64(_ text: Span<UInt8>, to output: inout [UInt8]) {
        var (bits, count): (UInt32, Int) = (0, 0)
        for index in text.indices {
            guard let value = Base64Alphabet.bits(of: text[index]) else {
                if text[index] == UInt8(ascii: "=") { (bits, count) = (0, 0) }
                continue
            }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
    }
}

/// What a field is already known not to contain.
struct TerminatorSearch {
    private var hopeless = Int.max

    /// Whether there is no `?=` from `index` on.
    func isHopeless(from index: Int) -> Bool { index >= hopeless }

    /// Notes that there is no `?=` from `index` on.
    mutating func failed(from index: Int) { hopeless = min(hopeless, index) }
}
