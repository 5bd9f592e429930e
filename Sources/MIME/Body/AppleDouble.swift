/// The header file of a multipart/appledouble.
///
/// RFC 1740 Appendix A.
enum AppleDouble {
    /// Octets that are looked at: the entries stand at the beginning.
    static let headLength = 4096

    /// The real name: entry 3 of the list of (id, offset, length) behind magic, version and filler.
    static func name(in octets: Span<UInt8>) -> String? {
        guard number(octets, 0, 4) == 0x0005_1607, let count = number(octets, 24, 2) else { return nil }
        for entry in 0..<min(count, 64) {
            let place = 26 + entry * 12
            guard number(octets, place, 4) == 3, let offset = number(octets, place + 4, 4),
                let length = number(octets, place + 8, 4), length <= 255, offset + length <= octets.count
            else { continue }
            return octets.extracting(offset..<offset + length).text
        }
        return nil
    }

    private static func number(_ octets: Span<UInt8>, _ offset: Int, _ length: Int) -> Int? {
        guard offset + length <= octets.count else { return nil }
        var number = 0
        for index in offset..<offset + length { number = number << 8 | Int(octets[index]) }
        return number
    }
}
