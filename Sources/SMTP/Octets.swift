internal import Glibc

extension Span<UInt8> {
    /// The offset of the first `octet` at or behind `start`; `nil` when there is none.
    func firstOffset(of octet: UInt8, from start: Int = 0) -> Int? {
        guard start < count else { return nil }
        return unsafe withUnsafeBytes { octets in
            // `start` is inside, so base and length describe octets of this very buffer, which outlives the call.
            guard let base = octets.baseAddress,
                let found = unsafe memchr(base + start, Int32(octet), octets.count - start)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }
}

/// `octet` with a–z in upper case.
func uppercased(_ octet: UInt8) -> UInt8 {
    octet >= 0x61 && octet <= 0x7A ? octet - 0x20 : octet
}

extension UInt8 {
    /// Carriage return.
    static let carriageReturn: UInt8 = 0x0D
    /// Line feed.
    static let lineFeed: UInt8 = 0x0A
    /// Full stop.
    static let dot = UInt8(ascii: ".")

    /// Whether this is `0`…`9`.
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    /// Whether this is an ASCII letter.
    var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }
    /// Whether this is a control character of ASCII, DEL included.
    var isControl: Bool { self < 0x20 || self == 0x7F }
}
