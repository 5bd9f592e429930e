/// What a line of a header block is, from its first octets.
enum HeaderLine: Equatable {
    /// Nothing: the end of the header block.
    case empty
    /// Blanks only.
    case blank
    /// The continuation of the field before: blanks, then text.
    case continuation(textAt: Int)
    /// A field: the end of its name, without blanks, and its colon, counted from the line's beginning.
    case field(nameEnd: Int, colon: Int)
    /// An mbox separator, `From ` or `>From ` with what follows.
    case separator
    /// `--` and what follows: never a field, even with a colon.
    case dashes
    /// None of these.
    case other

    /// Octets of a line that are looked at: names are far shorter.
    static let lookAhead = 1024

    /// The line that `octets` begin with; they may go on behind it, or be cut off after `lookAhead`.
    init(_ octets: Span<UInt8>) {
        guard octets.count > 0 else {
            self = .empty
            return
        }
        switch octets[0] {
        case 0x0A: self = .empty
        case 0x0D where octets.count == 1 || octets[1] == 0x0A: self = .empty
        case 0x20, 0x09: self = Self.blankStart(octets)
        default: self = Self.nameStart(octets)
        }
    }

    private static func blankStart(_ octets: Span<UInt8>) -> HeaderLine {
        for index in octets.indices where !isBlank(octets[index]) {
            let isEnd = octets[index] == 0x0A || octets[index] == 0x0D
            return isEnd ? .blank : .continuation(textAt: index)
        }
        return octets.count < lookAhead ? .blank : .continuation(textAt: octets.count)
    }

    /// A field's name is printable ASCII without a colon, RFC 5322 §2.2; blanks before the colon are its
    /// obsolete form, §4.5.
    ///
    /// A name that begins with `--` is nobody's: such a line is a delimiter that the header runs into.
    private static func nameStart(_ octets: Span<UInt8>) -> HeaderLine {
        if beginsLikeDelimiter(octets) { return .dashes }
        var index = 0
        while index < octets.count, octets[index] > 0x20, octets[index] < 0x7F,
            octets[index] != UInt8(ascii: ":")
        {
            index += 1
        }
        let nameEnd = index
        while index < octets.count, isBlank(octets[index]) { index += 1 }
        if nameEnd > 0, index < octets.count, octets[index] == UInt8(ascii: ":") {
            return .field(nameEnd: nameEnd, colon: index)
        }
        let isSeparator =
            octets.startsIgnoringCase(with: "from ") || octets.startsIgnoringCase(with: ">from ")
        return isSeparator ? .separator : .other
    }

    private static func beginsLikeDelimiter(_ octets: Span<UInt8>) -> Bool {
        octets.count >= 2 && octets[0] == UInt8(ascii: "-") && octets[1] == UInt8(ascii: "-")
    }

    /// Whether the line is a field with an ordinary name: letters, digits and `-` only.
    static func isOrdinaryField(_ octets: Span<UInt8>) -> Bool {
        guard case .field(let nameEnd, _) = HeaderLine(octets) else { return false }
        for index in 0..<nameEnd {
            switch octets[index] {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"): continue
            default: return false
            }
        }
        return true
    }
}
