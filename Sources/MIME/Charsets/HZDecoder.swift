/// Decodes HZ: GB2312 between `~{` and `~}`, ASCII elsewhere (RFC 1843).
struct HZDecoder: RecodingDecoder {
    /// The decoder of the coding of eight bits.
    var inner: MultiByteDecoder
    private var isShifted = false
    private var sawTilde = false

    /// A decoder; `nil` when the C library lacks GB18030.
    init?() {
        guard let inner = MultiByteDecoder(iconv: "GB18030") else { return nil }
        self.inner = inner
    }

    /// Ends the text.
    mutating func finish(into output: inout [UInt8]) {
        if sawTilde { inner.decode([UInt8(ascii: "~")].span, into: &output) }
        inner.finish(into: &output)
        (isShifted, sawTilde) = (false, false)
    }

    /// Appends what `octet` means; `~` begins a sequence of two.
    mutating func take(_ octet: UInt8, into plain: inout [UInt8]) {
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
