/// Where the tokens of structured fields end.
///
/// All answers are indices; nothing is copied. RFC 5322 §3.2.
extension Span where Element == UInt8 {
    /// The index behind the quoted-string that opens at `start`, or `nil` when it is never closed
    /// (RFC 5322 §3.2.4).
    func endOfQuotedString(at start: Int) -> Int? {
        var index = start + 1
        while index < count {
            switch self[index] {
            case UInt8(ascii: "\""): return index + 1
            case UInt8(ascii: "\\"): index += 2
            default: index += 1
            }
        }
        return nil
    }

    /// The index behind the comment that opens at `start`; the count when it is never closed
    /// (RFC 5322 §3.2.2).
    func endOfComment(at start: Int) -> Int {
        var (index, depth) = (start, 0)
        while index < count {
            switch self[index] {
            case UInt8(ascii: "("):
                depth += 1
            case UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 { return index + 1 }
            case UInt8(ascii: "\\"):
                index += 1
            default:
                break
            }
            index += 1
        }
        return count
    }

    /// The first index from `start` on that is no blank or line end.
    func skippingSpace(from start: Int) -> Int {
        var index = start
        while index < count, isFoldingSpace(self[index]) { index += 1 }
        return index
    }

    /// The first index from `start` on that is no blank, line end or comment.
    ///
    /// RFC 5322 §3.2.2 (CFWS).
    func skippingComments(from start: Int) -> Int {
        var index = skippingSpace(from: start)
        while index < count, self[index] == UInt8(ascii: "(") {
            index = skippingSpace(from: endOfComment(at: index))
        }
        return index
    }

    /// The octets without the blanks and line ends around them.
    func trimmedRange() -> Range<Int> {
        let start = skippingSpace(from: 0)
        var end = count
        while end > start, isFoldingSpace(self[end - 1]) { end -= 1 }
        return start..<end
    }

    /// Whether `=?` is somewhere in the octets.
    var hasEncodedWords: Bool {
        var index = 0
        while let mark = firstIndex(of: UInt8(ascii: "?"), in: self, from: index) {
            if mark > 0, self[mark - 1] == UInt8(ascii: "=") { return true }
            index = mark + 1
        }
        return false
    }

    /// Whether the octets at `index` are `=?`, which opens an encoded word.
    func opensEncodedWord(at index: Int) -> Bool {
        self[index] == UInt8(ascii: "=") && index + 1 < count && self[index + 1] == UInt8(ascii: "?")
    }
}

/// Space, tab, CR or LF.
func isFoldingSpace(_ octet: UInt8) -> Bool {
    octet == 0x20 || (octet >= 0x09 && octet <= 0x0D && octet != 0x0B && octet != 0x0C)
}

/// A character of a MIME token (RFC 2045 §5.1).
func isTokenOctet(_ octet: UInt8) -> Bool {
    switch octet {
    case 0...0x20, 0x7F...0xFF: false
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "@"),
        UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "\\"), UInt8(ascii: "\""),
        UInt8(ascii: "/"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "?"), UInt8(ascii: "="):
        false
    default: true
    }
}

/// Appends the content of the quoted-string or comment in `octets` (without its delimiters): line ends
/// vanish, quoted-pairs lose their backslash (RFC 5322 §3.2.1).
func appendUnquoted(_ octets: Span<UInt8>, to output: inout [UInt8]) {
    var index = 0
    while index < octets.count {
        let octet = octets[index]
        if octet == UInt8(ascii: "\\"), index + 1 < octets.count {
            index += 1
            output.append(octets[index])
        } else if octet != 0x0D, octet != 0x0A {
            output.append(octet)
        }
        index += 1
    }
}

/// Appends `octets` without their line ends.
func appendUnfolded(_ octets: Span<UInt8>, to output: inout [UInt8]) {
    for index in octets.indices where octets[index] != 0x0D && octets[index] != 0x0A {
        output.append(octets[index])
    }
}

/// Appends `octets` with `%XX` undone; broken percent signs stay.
func appendPercentDecoded(_ octets: Span<UInt8>, to output: inout [UInt8]) {
    var index = 0
    while index < octets.count {
        if octets[index] == UInt8(ascii: "%"), index + 2 < octets.count,
            let high = hexValue(octets[index + 1]), let low = hexValue(octets[index + 2])
        {
            output.append(high << 4 | low)
            index += 3
        } else {
            output.append(octets[index])
            index += 1
        }
    }
}

/// `octets` as text with A–Z in lower case.
func asciiLowercase(_ octets: Span<UInt8>) -> String {
    for index in octets.indices where octets[index] >= 0x41 && octets[index] <= 0x5A {
        var lower: [UInt8] = []
        lower.reserveCapacity(octets.count)
        for index in octets.indices { lower.append(lowercased(octets[index])) }
        return String(decoding: lower, as: UTF8.self)
    }
    return octets.text
}
