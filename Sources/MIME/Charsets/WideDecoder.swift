/// Decodes UTF-16 and UTF-32; without an order in the label, a byte order mark decides, and then the places
/// of the NULs.
struct WideDecoder: TextDecoding {
    /// How many times U+FFFD was written.
    private(set) var replaced = 0
    private let width: Int
    private var isBigEndian: Bool?
    private var isAtStart = true
    private var pending: [UInt8] = []
    private var joiner = SurrogateJoiner()

    /// Octets that are looked at before the order is decided.
    private static let probe = 256

    /// A decoder of `form`.
    init(_ form: WideForm) {
        switch form {
        case .utf16: (width, isBigEndian) = (2, nil)
        case .utf16BE: (width, isBigEndian) = (2, true)
        case .utf16LE: (width, isBigEndian) = (2, false)
        case .utf32: (width, isBigEndian) = (4, nil)
        case .utf32BE: (width, isBigEndian) = (4, true)
        case .utf32LE: (width, isBigEndian) = (4, false)
        }
    }

    /// Appends the text of `octets` to `output`.
    mutating func decode(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        append(octets, to: &pending)
        guard isBigEndian != nil || pending.count >= Self.probe else { return }
        drain(into: &output)
    }

    /// Ends the text: a unit or a pair that has only begun becomes U+FFFD.
    mutating func finish(into output: inout [UInt8]) {
        drain(into: &output)
        replaced += joiner.finish(into: &output)
        if !pending.isEmpty {
            pending.removeAll()
            output.append(contentsOf: replacementCharacter)
            replaced += 1
        }
    }

    private mutating func drain(into output: inout [UInt8]) {
        let isBig = isBigEndian ?? Self.order(of: pending.span.extracting(first: Self.probe), width: width)
        isBigEndian = isBig
        let whole = pending.count - pending.count % width
        for start in stride(from: 0, to: whole, by: width) {
            var unit: UInt32 = 0
            for place in 0..<width {
                unit = unit << 8 | UInt32(pending[isBig ? start + place : start + width - 1 - place])
            }
            if !(isAtStart && unit == 0xFEFF) { take(unit, into: &output) }
            isAtStart = false
        }
        pending.removeFirst(whole)
    }

    private mutating func take(_ unit: UInt32, into output: inout [UInt8]) {
        if width == 2 {
            replaced += joiner.take(unit, into: &output)
        } else if let scalar = Unicode.Scalar(unit) {
            append(scalar, to: &output)
        } else {
            output.append(contentsOf: replacementCharacter)
            replaced += 1
        }
    }

    /// Whether the text is big-endian: by its byte order mark, else by where the NULs are, else
    /// little-endian.
    private static func order(of octets: Span<UInt8>, width: Int) -> Bool {
        if octets.count >= width {
            if octets[0] == 0xFE, octets[1] == 0xFF, width == 2 { return true }
            if octets[0] == 0xFF, octets[1] == 0xFE { return false }
            if width == 4, octets[0] == 0, octets[1] == 0, octets[2] == 0xFE, octets[3] == 0xFF {
                return true
            }
        }
        var (first, last) = (0, 0)
        for index in octets.indices where octets[index] == 0 {
            if index % width == 0 { first += 1 }
            if index % width == width - 1 { last += 1 }
        }
        return first > last
    }
}
