/// Cuts a date into numbers, words and marks (RFC 5322 §3.3 with the comments and blanks of §4.3 between any
/// tokens).
struct DateScanner {
    /// One token.
    enum Token: Equatable {
        /// Digits, and how many they are; a value that does not fit is held at its largest.
        case number(Int, digits: Int)
        /// Letters: the first four of them in lower case, packed, and how many they are.
        case word(DateWord)
        /// Any other octet.
        case mark(UInt8)
    }

    /// The zone of the first comment that names one, in minutes east of UTC.
    private(set) var zoneInComment: Int?
    private var position: Int

    /// A scanner that begins at `position`.
    init(from position: Int) {
        self.position = position
    }

    /// The next token of `octets`; `nil` at the end.
    mutating func next(in octets: Span<UInt8>) -> Token? {
        skip(in: octets)
        guard position < octets.count else { return nil }
        let octet = octets[position]
        if isDigit(octet) { return number(in: octets) }
        if DateWord.isLetter(octet) { return .word(word(in: octets)) }
        position += 1
        return .mark(octet)
    }

    /// The octet that the next token begins with; 0 at the end.
    mutating func peek(in octets: Span<UInt8>) -> UInt8 {
        skip(in: octets)
        return position < octets.count ? octets[position] : 0
    }

    private mutating func skip(in octets: Span<UInt8>) {
        position = octets.skippingSpace(from: position)
        while position < octets.count, octets[position] == UInt8(ascii: "(") {
            let end = octets.endOfComment(at: position)
            var inner = DateScanner(from: octets.skippingSpace(from: position + 1))
            if zoneInComment == nil, inner.position < end, DateWord.isLetter(octets[inner.position]) {
                zoneInComment = inner.word(in: octets).zone
            }
            position = octets.skippingSpace(from: end)
        }
    }

    private mutating func number(in octets: Span<UInt8>) -> Token {
        let start = position
        var value = 0
        while position < octets.count, isDigit(octets[position]) {
            if value < 1_000_000 { value = value * 10 + Int(octets[position] - 0x30) }
            position += 1
        }
        return .number(value, digits: position - start)
    }

    private mutating func word(in octets: Span<UInt8>) -> DateWord {
        let start = position
        while position < octets.count, DateWord.isLetter(octets[position]) { position += 1 }
        return DateWord(octets.extracting(start..<position))
    }

    private func isDigit(_ octet: UInt8) -> Bool { octet >= 0x30 && octet <= 0x39 }
}
