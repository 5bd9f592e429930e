/// Decodes uuencoded data: lines of a length character and groups of four, between `begin MODE NAME` and
/// `end`.
///
/// POSIX `uuencode`.
///
/// Blanks stand for grave accents as in old encoders, lines may have lost blanks at their end, and `end` may
/// be missing.
package struct UuencodeDecoder: LineDecoder {
    private enum State {
        case beforeBegin, inData, ended
    }

    /// The name on the `begin` line.
    package private(set) var name: [UInt8]?
    /// Whether `begin` or `end` is missing, or a line is not as long as it says.
    package private(set) var isDamaged = false
    private var state: State

    /// A decoder of data whose `begin` line is still to come, or which has none.
    package init(hasBegin: Bool) {
        state = hasBegin ? .beforeBegin : .inData
        isDamaged = !hasBegin
    }

    /// Whether `end` has been read.
    package var hasEnded: Bool { state == .ended }

    /// Decodes a line.
    package mutating func decode(line: Span<UInt8>, into output: inout [UInt8]) {
        var end = line.count
        while end > 0, line[end - 1] == 0x0A || line[end - 1] == 0x0D { end -= 1 }
        let text = line.extracting(0..<end)
        switch state {
        case .beforeBegin:
            guard let begin = Self.nameOffset(ofBegin: text) else { return }
            name = text.extracting(begin..<text.count).copied
            state = .inData
        case .inData:
            decodeData(text, into: &output)
        case .ended:
            break
        }
    }

    /// Ends the data.
    package mutating func finish(into output: inout [UInt8]) {
        if state != .ended { isDamaged = true }
    }

    private mutating func decodeData(_ text: Span<UInt8>, into output: inout [UInt8]) {
        if text.equalsIgnoringCase("end") {
            state = .ended
            return
        }
        guard text.count > 0 else { return }
        let length = Int((text[0] &- 0x20) & 0x3F)
        guard length > 0 else { return }
        guard Self.isData(text) else {
            isDamaged = true
            return
        }
        var left = length
        var index = 1
        while left > 0 {
            let a = Self.value(text, index)
            let b = Self.value(text, index + 1)
            let c = Self.value(text, index + 2)
            let d = Self.value(text, index + 3)
            output.append(a << 2 | b >> 4)
            if left > 1 { output.append(b << 4 | c >> 2) }
            if left > 2 { output.append(c << 6 | d) }
            left -= 3
            index += 4
        }
    }

    private static func value(_ text: Span<UInt8>, _ index: Int) -> UInt8 {
        index < text.count ? (text[index] &- 0x20) & 0x3F : 0
    }

    /// Whether `text` can be a line of data: as long as its first character says, give or take lost blanks
    /// and a checksum.
    static func isData(_ text: Span<UInt8>) -> Bool {
        guard text.count > 0, text[0] >= 0x20, text[0] <= 0x60 else { return false }
        let length = Int((text[0] &- 0x20) & 0x3F)
        let groups = (length + 2) / 3 * 4
        guard text.count - 1 <= groups + 2 else { return false }
        for index in 1..<max(1, text.count) where text[index] < 0x20 || text[index] > 0x60 { return false }
        return true
    }

    /// Where the name begins in a line `begin MODE NAME`; `nil` when `text` is no such line.
    static func nameOffset(ofBegin text: Span<UInt8>) -> Int? {
        guard text.startsIgnoringCase(with: "begin ") else { return nil }
        var index = 6
        while index < text.count, text[index] == 0x20 { index += 1 }
        let mode = index
        while index < text.count, text[index] >= 0x30, text[index] <= 0x37 { index += 1 }
        guard (3...4).contains(index - mode), index < text.count, text[index] == 0x20 else { return nil }
        while index < text.count, text[index] == 0x20 { index += 1 }
        return index < text.count ? index : nil
    }
}
