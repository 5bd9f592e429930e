/// The octets of the header blocks of one source: the source itself when it is in memory, else copies of
/// them.
struct HeaderArena {
    /// The octets; places of fields are indices of it.
    private(set) var octets: [UInt8]
    private let isSource: Bool

    /// The arena for the source that `window` looks at.
    init(_ window: OctetWindow) {
        isSource = window.whole != nil
        octets = window.whole ?? []
    }

    /// Keeps the octets of `line`, and says where.
    ///
    /// Lines kept one after the other lie one after the other.
    mutating func keep(_ line: Range<Int>, of window: inout OctetWindow) throws -> Range<Int> {
        if isSource { return line }
        let begin = octets.count
        try window.copy(line, to: &octets)
        return begin..<octets.count
    }

    /// `range` without the line end it may close with.
    func withoutLineEnd(_ range: Range<Int>) -> Range<Int> {
        var end = range.upperBound
        if end > range.lowerBound, octets[end - 1] == 0x0A { end -= 1 }
        if end > range.lowerBound, octets[end - 1] == 0x0D { end -= 1 }
        return range.lowerBound..<end
    }
}
