import MIME

/// The base64 of an attachment as its sender wrote it, without the line ends.
///
/// Where that is exactly what encoding the decoded content would give, later passes over a large attachment copy
/// it instead of decoding and encoding it again: a third of the time.
struct CleanBase64: PayloadContent {
    /// The message the attachment is in.
    let message: ParsedMessage
    /// The part it is.
    let part: Part

    /// What `part` has, when that is the base64 of `size` octets and nothing else; `nil` when it is not.
    init?(_ part: Part, of message: ParsedMessage, size: Int) throws {
        guard part.transferEncoding == .base64 else { return nil }
        var check = CleanBase64Check()
        var reader = message.rawReader(of: part)
        var piece: [UInt8] = []
        while try reader.next(into: &piece) {
            check.take(piece.span)
            guard check.isClean else { return nil }
            piece.removeAll(keepingCapacity: true)
        }
        guard check.isWhole(size: size) else { return nil }
        self.message = message
        self.part = part
    }

    func open() -> CleanBase64Pull { CleanBase64Pull(reader: message.rawReader(of: part)) }
}

/// Reads base64 without its line ends.
struct CleanBase64Pull: OctetPull {
    /// Reads it with them.
    var reader: PartReader
    private var window: [UInt8] = []

    /// A reader of what `reader` gives.
    init(reader: PartReader) {
        self.reader = reader
    }

    mutating func next(into buffer: inout [UInt8]) throws -> Bool {
        window.removeAll(keepingCapacity: true)
        guard try reader.next(into: &window) else { return false }
        let octets = window
        let span = octets.span
        var start = 0
        while start < span.count {
            let end = endOfText(span, from: start)
            buffer.append(contentsOf: octets[start..<end])
            start = end
            while start < span.count, span[start] <= 0x20 { start += 1 }
        }
        return true
    }
}

/// The first index from `start` on that holds a blank or a line end; eight octets at a time as far as that goes.
private func endOfText(_ octets: Span<UInt8>, from start: Int) -> Int {
    let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    var index = start
    while index + 8 <= octets.count {
        // In bounds by the condition above; every bit pattern is a number.
        let word = unsafe UInt64(
            littleEndian: octets.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
        let blanks = (word &- (ones &* 0x21)) & ~word & highs
        guard blanks == 0 else { return index + blanks.trailingZeroBitCount / 8 }
        index += 8
    }
    while index < octets.count, octets[index] > 0x20 { index += 1 }
    return index
}

/// Whether octets are base64 in lines: digits, line ends, and padding at the end only.
struct CleanBase64Check {
    /// Whether nothing else has come so far.
    private(set) var isClean = true
    private var digits = 0
    private var padding = 0
    private var lastValue: UInt8 = 0
    private let values = CleanBase64Check.values

    /// Looks at the next octets.
    mutating func take(_ octets: Span<UInt8>) {
        var index = 0
        while isClean, index < octets.count {
            let end = endOfDigits(octets, from: index)
            if end > index {
                isClean = padding == 0
                digits += end - index
                lastValue = values[Int(octets[end - 1])]
            }
            guard end < octets.count else { return }
            switch values[Int(octets[end])] {
            case Self.pad: padding += 1
            case Self.lineEnd: break
            default: isClean = false
            }
            index = end + 1
        }
    }

    /// The index of the first octet from `start` on that is no digit; four at a time as far as that goes.
    private func endOfDigits(_ octets: Span<UInt8>, from start: Int) -> Int {
        let values = values
        var index = start
        while index + 4 <= octets.count {
            let first = values[Int(octets[index])] | values[Int(octets[index + 1])]
            let second = values[Int(octets[index + 2])] | values[Int(octets[index + 3])]
            guard first | second < Self.pad else { break }
            index += 4
        }
        while index < octets.count, values[Int(octets[index])] < Self.pad { index += 1 }
        return index
    }

    /// Whether what came is the base64 of `size` octets, with no bit set that encodes nothing.
    func isWhole(size: Int) -> Bool {
        let isPadded = (digits + padding) % 4 == 0 && padding == (3 - size % 3) % 3
        let unused: UInt8 = padding == 2 ? 0x0F : padding == 1 ? 0x03 : 0
        return isClean && isPadded && digits == (size * 4 + 2) / 3 && lastValue & unused == 0
    }

    private static let pad: UInt8 = 64
    private static let lineEnd: UInt8 = 65
    private static let other: UInt8 = 66

    /// What each octet is: the value of a digit, or one of the three above.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: other, count: 256)
        let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        values[Int(UInt8(ascii: "="))] = pad
        values[0x0D] = lineEnd
        values[0x0A] = lineEnd
        return values
    }()
}
