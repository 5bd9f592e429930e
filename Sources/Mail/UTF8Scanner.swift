/// Finds what may stand in a JSON string as it is, and where UTF-8 is broken (Unicode §3.9, table 3-7).
package enum UTF8Scanner {
    /// U+FFFD in UTF-8.
    static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    /// What a sequence of octets that begins with one over 0x7F is.
    enum Character {
        /// A whole character of `count` octets.
        case whole(count: Int)
        /// The octets end before the character does.
        case incomplete
        /// A maximal subpart of `count` octets: U+FFFD takes its place.
        case malformed(count: Int)
    }

    /// The first index from `start` on that holds a control character, a quote, a backslash, U+2028, U+2029 or
    /// no valid UTF-8; `octets.count` when there is none.
    static func endOfPlainRun(_ octets: Span<UInt8>, from start: Int) -> Int {
        var index = endOfPlainASCII(octets, from: start)
        while index < octets.count, octets[index] >= 0x80,
            case .whole(let count) = character(in: octets, at: index),
            !isLineSeparator(octets, at: index, count: count)
        {
            index = endOfPlainASCII(octets, from: index + count)
        }
        return index
    }

    /// The first index from `start` on where the octets are no whole UTF-8 characters; `octets.count` when there
    /// is none.
    ///
    /// Many times quicker than the standard library's validation where most octets are ASCII.
    package static func endOfValidRun(_ octets: Span<UInt8>, from start: Int = 0) -> Int {
        var index = endOfASCII(octets, from: start)
        while index < octets.count, case .whole(let count) = character(in: octets, at: index) {
            index = endOfASCII(octets, from: index + count)
        }
        return index
    }

    /// What stands at `index`, where an octet over 0x7F is.
    static func character(in octets: Span<UInt8>, at index: Int) -> Character {
        let (length, second) = shape(octets[index])
        guard length > 1 else { return .malformed(count: 1) }
        for offset in 1..<length {
            guard index + offset < octets.count else { return .incomplete }
            let octet = octets[index + offset]
            guard offset == 1 ? second.contains(octet) : octet & 0xC0 == 0x80 else {
                return .malformed(count: offset)
            }
        }
        return .whole(count: length)
    }

    /// How long the character that `first` begins is, and which octets may follow; length 1 when none may.
    private static func shape(_ first: UInt8) -> (length: Int, second: ClosedRange<UInt8>) {
        switch first {
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xE1...0xEF: (3, 0x80...0xBF)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: (1, 0...0)
        }
    }

    private static func isLineSeparator(_ octets: Span<UInt8>, at index: Int, count: Int) -> Bool {
        count == 3 && octets[index] == 0xE2 && octets[index + 1] == 0x80 && octets[index + 2] & 0xFE == 0xA8
    }

    /// The first index from `start` on that holds no plain ASCII octet; eight at a time as far as that goes.
    private static func endOfPlainASCII(_ octets: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index + 8 <= octets.count {
            // In bounds by the condition above; every bit pattern is a number.
            let word = unsafe octets.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            let others = othersThanPlain(UInt64(littleEndian: word))
            guard others == 0 else { return index + others.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < octets.count, isPlain(octets[index]) { index += 1 }
        return index
    }

    /// The first index from `start` on that holds an octet over 0x7F.
    private static func endOfASCII(_ octets: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index + 8 <= octets.count {
            // In bounds by the condition above; every bit pattern is a number.
            let word = unsafe octets.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            let others = UInt64(littleEndian: word) & highs
            guard others == 0 else { return index + others.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < octets.count, octets[index] < 0x80 { index += 1 }
        return index
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// Zero when none of the eight octets is over 0x7F, under 0x20, a quote or a backslash; otherwise the lowest
    /// bit set is in the first of those that are.
    ///
    /// A subtraction borrows only from octets above one that is itself marked, so the first mark is right.
    private static func othersThanPlain(_ word: UInt64) -> UInt64 {
        let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let controls = word &- (ones &* 0x20)
        return (word | controls | (quotes &- ones) | (backslashes &- ones)) & highs
    }

    private static func isPlain(_ octet: UInt8) -> Bool {
        octet >= 0x20 && octet < 0x80 && octet != UInt8(ascii: "\"") && octet != UInt8(ascii: "\\")
    }
}
