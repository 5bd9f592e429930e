/// Tells words from base64, for text that is declared base64 and is not.
enum PlainWords {
    /// Whether the first line of `head` is plain text: markup, octets above 127, or several words as people
    /// write them.
    static func isPlain(_ head: Span<UInt8>) -> Bool {
        var start = 0
        while start < head.count, head[start] <= 0x20 { start += 1 }
        let end = firstIndex(of: 0x0A, in: head, from: start) ?? head.count
        guard start < end else { return false }
        if head[start] == UInt8(ascii: "<") { return true }
        var words = WordCount()
        for index in start..<end {
            let octet = head[index]
            if octet >= 0x80 { return true }
            words.take(octet)
        }
        words.take(0x20)
        return words.total >= 2 && words.plain * 4 >= words.total * 3
    }

    /// Counts words, and those whose letters are cased as in prose: `word`, `Word`, `WORD`.
    private struct WordCount {
        var total = 0
        var plain = 0
        private var letters = 0
        private var capitals = 0
        private var beginsWithCapital = false
        private var hasOther = false
        private var length = 0

        mutating func take(_ octet: UInt8) {
            switch octet {
            case 0x09, 0x0D, 0x20: endWord()
            case 0x41...0x5A:
                if length == 0 { beginsWithCapital = true }
                capitals += 1
                letters += 1
                length += 1
            case 0x61...0x7A:
                letters += 1
                length += 1
            case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
                hasOther = true
                length += 1
            default:
                length += letters == 0 ? 0 : 1
            }
        }

        private mutating func endWord() {
            defer { self = WordCount(total: total, plain: plain) }
            guard letters > 0 || hasOther else { return }
            total += 1
            let isProse = capitals == 0 || capitals == letters || (capitals == 1 && beginsWithCapital)
            if letters > 0, letters <= 24, isProse, !hasOther { plain += 1 }
        }

        init(total: Int = 0, plain: Int = 0) {
            self.total = total
            self.plain = plain
        }
    }
}
