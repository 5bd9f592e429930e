/// What stands behind the padding of base64 data, read piece by piece.
///
/// Data that was encoded in pieces goes on with whole lines of base64; a list's footer or other junk does
/// not.
struct Base64Tail {
    /// Whether there is anything but white space and padding.
    private(set) var hasContent = false
    /// Whether everything so far could be base64 again.
    private(set) var isBase64 = true
    private var isOnFirstLine = true
    private var characters = 0
    private var padding = 0
    private var hasBlankBehind = false

    /// Looks at the next octets; `false` when it is clear that they are not base64.
    mutating func feed(_ octets: Span<UInt8>) -> Bool {
        let table = Base64Alphabet.values
        for index in octets.indices where isBase64 {
            let octet = octets[index]
            let value = table[Int(octet)]
            if octet == 0x0A {
                endLine()
            } else if octet == UInt8(ascii: "=") {
                if !isOnFirstLine { padding += 1 }
            } else if value == Base64Alphabet.blank {
                hasBlankBehind = characters > 0
            } else {
                hasContent = true
                characters += 1
                if value >= 64 || isOnFirstLine || padding > 0 || hasBlankBehind { isBase64 = false }
            }
        }
        return isBase64
    }

    /// Ends the last line.
    mutating func finish() {
        endLine()
    }

    private mutating func endLine() {
        isOnFirstLine = false
        if (characters + padding) % 4 != 0 || padding > 2 { isBase64 = false }
        characters = 0
        padding = 0
        hasBlankBehind = false
    }
}
