/// Decodes ISO-2022-KR and ISO-2022-CN: two octets of seven bits a character between SO and SI, ASCII
/// elsewhere (RFC 1557, RFC 1922).
///
/// The octets between get their eighth bit and go to the coding of eight bits with the same characters. Of
/// Chinese only the set GB2312 is read. A designation is dropped, any other escape sequence stands for
/// itself.
struct ShiftOutDecoder: RecodingDecoder {
    /// The decoder of the coding of eight bits.
    var inner: MultiByteDecoder
    private var isShifted = false
    /// An escape sequence as far as it was read.
    private var escape: [UInt8] = []

    /// How every designation begins.
    private static let designation: [UInt8] = [0x1B, UInt8(ascii: "$"), UInt8(ascii: ")")]

    /// A decoder over iconv's coding `name`; `nil` when the C library does not have it.
    init?(iconv name: String) {
        guard let inner = MultiByteDecoder(iconv: name) else { return nil }
        self.inner = inner
    }

    /// Ends the text.
    mutating func finish(into output: inout [UInt8]) {
        let rest = escape
        inner.decode(rest.span, into: &output)
        inner.finish(into: &output)
        (isShifted, escape) = (false, [])
    }

    /// Appends what `octet` means between or outside SO and SI.
    mutating func take(_ octet: UInt8, into plain: inout [UInt8]) {
        // The last octet of a designation says which set; there is only one.
        guard escape.count < Self.designation.count else { return escape = [] }
        if octet == Self.designation[escape.count] { return escape.append(octet) }
        plain += escape
        escape = octet == 0x1B ? [octet] : []
        switch octet {
        case 0x1B: break
        case 0x0E: isShifted = true
        case 0x0F: isShifted = false
        case 0x80...0xFF: plain.append(0xFF)  // It means nothing here, and nothing in the inner coding.
        default:
            if octet == 0x0A || octet == 0x0D { isShifted = false }
            plain.append(isShifted && octet > 0x20 && octet < 0x7F ? octet | 0x80 : octet)
        }
    }
}
