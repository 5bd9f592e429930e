/// Characters that iconv's table of a coding lacks, and where they are looked for.
struct CodingExtension {
    private enum Source {
        /// Another coding of iconv with the same octets.
        case coding(IconvConverter)
        /// Of two octets, the same row and cell in Shift_JIS; of three, another coding with the same octets.
        case japanese(shiftJIS: IconvConverter, eucJP: IconvConverter)
    }

    private let source: Source

    /// What EUC-JP lacks: the rows of NEC and of IBM as Windows has them, and rarer characters of JIS X 0212.
    ///
    /// The WHATWG Encoding Standard has the former in its index jis0208, and names such as 髙橋 and 山﨑 need them. `nil`
    /// when the C library lacks a coding.
    static func eucJP() -> CodingExtension? {
        guard let shiftJIS = IconvConverter(from: "CP932"), let eucJP = IconvConverter(from: "EUC-JP-MS")
        else { return nil }
        return CodingExtension(source: .japanese(shiftJIS: shiftJIS, eucJP: eucJP))
    }

    /// What the C library's Big5 of Hong Kong lacks of the Big5 of Taiwan.
    static func big5() -> CodingExtension? {
        IconvConverter(from: "BIG5").map { CodingExtension(source: .coding($0)) }
    }

    /// The most octets of a character that begins with `lead`.
    func longest(from lead: UInt8) -> Int {
        if case .japanese = source, lead == Self.thirdSet { return 3 }
        return 2
    }

    /// Appends what `character` means; `false` when it means nothing here either.
    func convert(_ character: Span<UInt8>, into output: inout [UInt8]) -> Bool {
        guard character.count > 1 else { return false }
        switch source {
        case .coding(let converter):
            return Self.convert(character, with: converter, into: &output)
        case .japanese(let shiftJIS, let eucJP):
            guard character[0] != Self.thirdSet else {
                return Self.convert(character, with: eucJP, into: &output)
            }
            guard character[0] > 0xA0, character[1] > 0xA0 else { return false }
            let moved = Self.shifted(row: character[0] - 0xA0, cell: character[1] - 0xA0)
            return Self.convert(moved.span, with: shiftJIS, into: &output)
        }
    }

    /// The octet that a character of JIS X 0212 begins with in EUC-JP.
    private static let thirdSet: UInt8 = 0x8F

    /// The octets that Shift_JIS has for the character in row and cell of JIS X 0208.
    private static func shifted(row: UInt8, cell: UInt8) -> [UInt8] {
        let lead = (row <= 62 ? 0x80 : 0xC0) + (row + 1) / 2
        guard row % 2 == 1 else { return [lead, cell + 0x9E] }
        return [lead, cell + (cell < 64 ? 0x3F : 0x40)]
    }

    private static func convert(
        _ character: Span<UInt8>, with converter: IconvConverter, into output: inout [UInt8]
    ) -> Bool {
        defer { converter.reset() }
        let mark = output.count
        guard converter.convert(character, into: &output) == .complete else {
            output.removeLast(output.count - mark)
            return false
        }
        return true
    }
}
