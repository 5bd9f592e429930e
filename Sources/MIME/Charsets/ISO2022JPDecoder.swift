/// Decodes ISO-2022-JP and what senders add to it: half-width kana, JIS X 0212, the rows of NEC and IBM (RFC
/// 1468).
///
/// The octets of a set become those that EUC-JP has for the same characters, which iconv knows with all
/// extensions. An escape sequence nobody knows stands for itself.
struct ISO2022JPDecoder: RecodingDecoder {
    private enum Set {
        case ascii, kana, jisX0208, jisX0212
    }

    /// The decoder of the coding of eight bits.
    var inner: MultiByteDecoder
    private var set = Set.ascii
    private var isSecondOctet = false
    /// An escape sequence as far as it was read.
    private var escape: [UInt8] = []

    /// A decoder; `nil` when the C library lacks EUC-JP.
    init?() {
        guard let inner = MultiByteDecoder(iconv: "EUC-JP", extensions: .eucJP()) else { return nil }
        self.inner = inner
    }

    /// Ends the text.
    mutating func finish(into output: inout [UInt8]) {
        let rest = endEscape()
        inner.decode(rest.span, into: &output)
        inner.finish(into: &output)
        (set, isSecondOctet) = (.ascii, false)
    }

    /// Appends what `octet` means in the set that was chosen.
    mutating func take(_ octet: UInt8, into plain: inout [UInt8]) {
        guard escape.isEmpty, octet != 0x1B else { return takeEscape(octet, into: &plain) }
        guard octet < 0x80 else { return plain.append(Self.meaningless) }
        let isGraphic = octet > 0x20 && octet < 0x7F
        switch set {
        case .kana where isGraphic:
            plain.append(0x8E)
            plain.append(octet | 0x80)
        case .jisX0208 where isGraphic, .jisX0212 where isGraphic:
            if set == .jisX0212, !isSecondOctet { plain.append(0x8F) }
            isSecondOctet.toggle()
            plain.append(octet | 0x80)
        default:
            isSecondOctet = false
            if octet == 0x0A || octet == 0x0D { set = .ascii }
            plain.append(octet)
        }
    }

    private mutating func takeEscape(_ octet: UInt8, into plain: inout [UInt8]) {
        if octet == 0x1B { plain += escape.isEmpty ? [] : endEscape() }
        escape.append(octet)
        switch escape.dropFirst() {
        case [], [UInt8(ascii: "$")], [UInt8(ascii: "(")], [UInt8(ascii: "$"), UInt8(ascii: "(")]:
            return
        case [UInt8(ascii: "("), UInt8(ascii: "B")], [UInt8(ascii: "("), UInt8(ascii: "J")]:
            begin(.ascii)
        case [UInt8(ascii: "("), UInt8(ascii: "I")]:
            begin(.kana)
        case [UInt8(ascii: "$"), UInt8(ascii: "@")], [UInt8(ascii: "$"), UInt8(ascii: "B")]:
            begin(.jisX0208)
        case [UInt8(ascii: "$"), UInt8(ascii: "("), UInt8(ascii: "D")]:
            begin(.jisX0212)
        default:
            plain += endEscape()
        }
    }

    /// An octet that means nothing in EUC-JP, for those that mean nothing here.
    private static let meaningless: UInt8 = 0xFF

    private mutating func begin(_ next: Set) {
        (set, isSecondOctet, escape) = (next, false, [])
    }

    /// The octets of a sequence that is none.
    private mutating func endEscape() -> [UInt8] {
        defer { escape = [] }
        return escape
    }
}
