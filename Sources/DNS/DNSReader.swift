/// Reads a message that anybody may have written: every step is checked, and nothing is followed for ever.
struct DNSReader {
    private let octets: [UInt8]
    private(set) var offset: Int
    private let end: Int

    /// A reader at the start of `octets`.
    init(_ octets: [UInt8]) {
        self.octets = octets
        offset = 0
        end = octets.count
    }

    private init(_ octets: [UInt8], offset: Int, end: Int) {
        self.octets = octets
        self.offset = offset
        self.end = end
    }

    /// Whether everything is read.
    var isAtEnd: Bool { offset == end }

    /// One octet.
    mutating func octet() -> UInt8? {
        guard offset < end else { return nil }
        defer { offset += 1 }
        return octets[offset]
    }

    /// Two octets.
    mutating func word() -> UInt16? {
        guard let high = octet(), let low = octet() else { return nil }
        return UInt16(high) << 8 | UInt16(low)
    }

    /// Four octets.
    mutating func longWord() -> UInt32? {
        guard let high = word(), let low = word() else { return nil }
        return UInt32(high) << 16 | UInt32(low)
    }

    /// `count` octets.
    mutating func octets(_ count: Int) -> [UInt8]? {
        guard count >= 0, end - offset >= count else { return nil }
        defer { offset += count }
        return Array(octets[offset..<(offset + count)])
    }

    /// A reader for the next `count` octets, which are skipped here.
    ///
    /// Names in it may point to what stands before.
    mutating func part(_ count: Int) -> DNSReader? {
        guard count >= 0, end - offset >= count else { return nil }
        defer { offset += count }
        return DNSReader(octets, offset: offset, end: offset + count)
    }

    /// A name.
    ///
    /// Each pointer must lead to before the one that led there, so they come to an end. RFC 1035 §4.1.4.
    mutating func name() -> [[UInt8]]? {
        var labels: [[UInt8]] = []
        var count = 1
        var position = offset
        var lowest = offset
        var next: Int?
        while true {
            let limit = next == nil ? end : octets.count
            guard position < limit else { return nil }
            let length = Int(octets[position])
            switch length {
            case 0:
                offset = next ?? position + 1
                return labels
            case 1...DNSName.labelLimit:
                count += length + 1
                guard position + 1 + length <= limit, count <= DNSName.wireLimit else { return nil }
                labels.append(Array(octets[(position + 1)...(position + length)]))
                position += 1 + length
            case 0xC0...0xFF:
                guard position + 1 < limit else { return nil }
                let target = (length & 0x3F) << 8 | Int(octets[position + 1])
                guard target < lowest else { return nil }
                next = next ?? position + 2
                lowest = target
                position = target
            default:
                return nil
            }
        }
    }
}
