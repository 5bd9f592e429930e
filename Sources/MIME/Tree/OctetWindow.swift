/// A view of a source that slides over it: the whole of it when it is in memory, else 64 KiB at a time.
struct OctetWindow {
    /// Octets read at a time from a source that is not in memory.
    static let size = 64 << 10

    private let source: any OctetSource
    private let isWhole: Bool
    /// The octets in view; the first of them is at offset `start` of the source.
    private(set) var octets: [UInt8]
    /// The offset of the first octet in view.
    private(set) var start = 0
    /// The offset past the last octet of the source.
    private(set) var end: Int

    /// A window at the beginning of `source`.
    init(_ source: any OctetSource) {
        self.source = source
        end = source.count
        isWhole = source.contiguous != nil
        octets = source.contiguous ?? []
    }

    /// All octets, when the source is in memory.
    var whole: [UInt8]? { isWhole ? octets : nil }

    /// Brings the `count` octets from `offset` on into view, or as many as there are; `count` is at most
    /// `size`.
    mutating func ensure(_ offset: Int, _ count: Int) throws {
        let last = min(offset + count, end)
        guard !isWhole, offset < start || last > start + octets.count, offset < end else { return }
        try slide(to: offset)
    }

    /// The octet at `offset`, which is below `end`, or `nil`.
    mutating func octet(at offset: Int) throws -> UInt8? {
        guard offset < end else { return nil }
        try ensure(offset, 1)
        let index = offset - start
        return index < octets.count ? octets[index] : nil
    }

    /// The offset of the first line feed from `offset` on, or `nil`.
    mutating func lineFeed(from offset: Int) throws -> Int? {
        var offset = offset
        while offset < end {
            try ensure(offset, 1)
            if let hit = firstIndex(of: 0x0A, in: octets.span, from: offset - start) { return start + hit }
            offset = start + octets.count
        }
        return nil
    }

    /// The offset of the line after the one that holds `offset`; `end` when that is the last one.
    mutating func nextLine(after offset: Int) throws -> Int {
        try lineFeed(from: offset).map { $0 + 1 } ?? end
    }

    /// Where in `octets` the octets from `offset` up to `limit` of them lie; fewer at the end.
    mutating func indices(from offset: Int, limit: Int) throws -> Range<Int> {
        try ensure(offset, limit)
        let lower = min(max(offset - start, 0), octets.count)
        return lower..<min(lower + limit, octets.count)
    }

    /// Appends the octets of `range` to `output`, sliding as far as it takes.
    mutating func copy(_ range: Range<Int>, to output: inout [UInt8]) throws {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let piece = try indices(from: offset, limit: min(Self.size, range.upperBound - offset))
            guard !piece.isEmpty else { return }
            append(octets.span.extracting(piece), to: &output)
            offset += piece.count
        }
    }

    private mutating func slide(to offset: Int) throws {
        let wanted = min(Self.size, end - offset)
        if octets.count != wanted { octets = [UInt8](repeating: 0, count: wanted) }
        start = offset
        let count = try fill(from: offset)
        if count < wanted {
            octets.removeLast(wanted - count)
            end = offset + count
        }
    }

    private mutating func fill(from offset: Int) throws -> Int {
        let source = source
        var span = octets.mutableSpan
        return try source.read(at: offset, into: &span)
    }
}
