/// The name of a parameter taken apart: `base`, `base*`, `base*3`, `base*3*` (RFC 2231 §3 and §4).
struct ParameterName {
    /// The name without marks, in lower case.
    let base: String
    /// The number of the segment; `nil` for a value in one piece.
    let segment: Int?
    /// Whether the value has percent signs and perhaps a charset.
    let isExtended: Bool
    /// Whether the marks behind the base make sense.
    let isValid: Bool

    /// Highest number of a segment that makes sense.
    private static let highestSegment = 99_999

    init(_ octets: Span<UInt8>) {
        let star = firstIndex(of: UInt8(ascii: "*"), in: octets)
        base = asciiLowercase(octets.extracting(first: star ?? octets.count))
        guard let star else {
            (segment, isExtended, isValid) = (nil, false, true)
            return
        }
        var (index, number) = (star + 1, 0)
        while index < octets.count, number <= Self.highestSegment, octets[index] >= 0x30,
            octets[index] <= 0x39
        {
            number = number * 10 + Int(octets[index] - 0x30)
            index += 1
        }
        let hasNumber = index > star + 1
        let hasSecondStar = hasNumber && index < octets.count && octets[index] == UInt8(ascii: "*")
        segment = hasNumber ? number : nil
        isExtended = !hasNumber || hasSecondStar
        isValid = index + (hasSecondStar ? 1 : 0) == octets.count && number <= Self.highestSegment
    }

    /// Whether the value names a file: it may have blanks without quotes.
    var isFileName: Bool { base == "filename" || base == "name" }
}
