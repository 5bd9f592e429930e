/// Decodes HZ: GB2312 between `~{` and `~}`, ASCII elsewhere (RFC 1843).
struct HZDecoder: TextDecoding {
    private var inner: MultiByteDecoder
    private var isShifted = false
    private var sawTilde = false

    /// A decoder; `nil` when the C library lacks GB18030.
    init?() {
        guard let inner = MultiByteDecoder(iconv: "GB18030") else { return nil }
        self.inner = inner
    }

    /// How many times U+FFFD was written.
    var replaced: Int { inner.replaced }

    /// Appends the text of `octets` to `output`.
    mutating func decode(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        var plain: [UInt8] = []
        plain.reserveCapacity(octets.count)
        for index in octets.indices { take(octets[index], into: &plain) }
        inner.decode(plain.span, into: &output)
    }

    /// Ends the text.
    mutating func finish(into output: inout [UInt8]) {
        if sawTilde { inner.decode([UInt8(ascii: "~")].span, into: &output) }
        inner.finish(into: &output)
        (isShifted, sawTilde) = (false, false)
    }

    private mutating func take(_ octet: UInt8, into plain: inout [UInt8]) {
        guard sawTilde else {
            if octet == UInt8(ascii: "~") {
                sawTilde = true
            } else {
                if octet == 0x0A { isShifted = false }
                plain.append(isShifted && octet > 0x20 ? octet | 0x80 : octet)
            }
            return
        }
        sawTilde = false
        switch octet {
        case UInt8(ascii: "{"): isShifted = true
        case UInt8(ascii: "}"): isShifted = false
        case UInt8(ascii: "~"): plain.append(octet)
        case 0x0A: break
        default: plain += [UInt8(ascii: "~"), octet]
        }
    }
}
