/// Decodes yEnc 1.3: octets shifted by 42 between two keyword lines.
///
/// A few octets are escaped by `=`; the data stands between `=ybegin` and `=yend`.
package struct YencDecoder: LineDecoder {
    private enum State {
        case beforeBegin, inData, ended
    }

    /// The name on the `=ybegin` line.
    package private(set) var name: [UInt8]?
    /// Whether a keyword line is missing, or size or checksum are other than said.
    package private(set) var isDamaged = false
    private var state = State.beforeBegin
    private var isEscaped = false
    private var size = 0
    private var checksum = CRC32()

    /// Whether `=yend` has been read.
    package var hasEnded: Bool { state == .ended }

    /// A decoder of yEnc.
    package init() {}

    /// Decodes a line.
    package mutating func decode(line: Span<UInt8>, into output: inout [UInt8]) {
        var end = line.count
        while end > 0, line[end - 1] == 0x0A || line[end - 1] == 0x0D { end -= 1 }
        let text = line.extracting(0..<end)
        switch state {
        case .beforeBegin where text.startsIgnoringCase(with: "=ybegin "):
            name = Self.name(in: text)
            state = .inData
        case .inData where text.startsIgnoringCase(with: "=yend"):
            state = .ended
            check(text)
        case .inData where text.startsIgnoringCase(with: "=ypart "):
            break
        case .inData:
            decodeData(text, into: &output)
        case .beforeBegin, .ended:
            break
        }
    }

    /// Ends the data.
    package mutating func finish(into output: inout [UInt8]) {
        if state != .ended { isDamaged = true }
    }

    private mutating func decodeData(_ text: Span<UInt8>, into output: inout [UInt8]) {
        for index in text.indices {
            let octet = text[index]
            if isEscaped {
                emit(octet &- 106, into: &output)
                isEscaped = false
            } else if octet == UInt8(ascii: "=") {
                isEscaped = true
            } else {
                emit(octet &- 42, into: &output)
            }
        }
    }

    private mutating func emit(_ octet: UInt8, into output: inout [UInt8]) {
        output.append(octet)
        checksum.add(octet)
        size += 1
    }

    private mutating func check(_ text: Span<UInt8>) {
        if let said = Self.number(after: "size=", in: text, radix: 10), said != size { isDamaged = true }
        let said =
            Self.number(after: "pcrc32=", in: text, radix: 16)
            ?? Self.number(after: " crc32=", in: text, radix: 16)
        if let said, said != Int(checksum.value) { isDamaged = true }
    }

    /// Where the name begins in an `=ybegin` line: behind the last keyword, to the end of the line.
    static func name(in text: Span<UInt8>) -> [UInt8]? {
        guard let begin = end(of: "name=", in: text) else { return nil }
        var end = text.count
        while end > begin, isBlank(text[end - 1]) { end -= 1 }
        return text.extracting(begin..<end).copied
    }

    private static func number(after keyword: StaticString, in text: Span<UInt8>, radix: Int) -> Int? {
        guard var index = end(of: keyword, in: text) else { return nil }
        var number = 0
        let begin = index
        while index < text.count, index - begin < 12, let digit = hexValue(text[index]), Int(digit) < radix {
            number = number * radix + Int(digit)
            index += 1
        }
        return index > begin ? number : nil
    }

    private static func end(of keyword: StaticString, in text: Span<UInt8>) -> Int? {
        let length = keyword.utf8CodeUnitCount
        guard text.count >= length else { return nil }
        for index in 0...text.count - length
        where text.extracting(index..<index + length).equalsIgnoringCase(keyword) {
            return index + length
        }
        return nil
    }
}
