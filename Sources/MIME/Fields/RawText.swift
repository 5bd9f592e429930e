/// Reads octets of a header that were sent raw, or in a charset nobody knows.
///
/// 1. UTF-8 when they are valid, or all but one or two of their characters are.
/// 2. Else the charset the message declares for its text, when they decode cleanly in it.
/// 3. Else windows-1252: never a row of U+FFFD.
enum RawText {
    /// How many broken sequences text may have and still be UTF-8.
    private static let tolerated = 2

    /// Appends the text of `octets` to `output`; answers whether they were UTF-8.
    static func append(_ octets: Span<UInt8>, in context: FieldContext, to output: inout [UInt8]) -> Bool {
        guard firstError(in: octets) != nil else {
            MIME.append(octets, to: &output)
            return true
        }
        let declared = context.fallbackCharset.flatMap { Charset(label: $0) }
        if !isMostlyUTF8(octets) {
            if let declared, declared != .utf8, declared.extendsASCII,
                decode(octets, as: declared, to: &output)
            {
                return false
            }
            _ = decode(octets, as: .windows1252, keepingBroken: true, to: &output)
            return false
        }
        _ = decode(octets, as: .utf8, keepingBroken: true, to: &output)
        return false
    }

    /// `octets` in UTF-8, when they hold escape sequences of ISO-2022-JP and the message declares that; `nil` otherwise,
    /// and when they do not decode cleanly.
    ///
    /// Between the sequences any octet of ASCII may be half a character, brackets and commas too: what takes a field
    /// apart must not see them.
    static func unescaped(_ octets: Span<UInt8>, in context: FieldContext) -> [UInt8]? {
        guard firstIndex(of: 0x1B, in: octets) != nil,
            let declared = context.fallbackCharset.flatMap({ Charset(label: $0) }),
            declared.coding == .iso2022JP
        else { return nil }
        var text: [UInt8] = []
        return decode(octets, as: declared, to: &text) ? text : nil
    }

    /// Whether at most `tolerated` sequences are broken and more characters than that are whole.
    private static func isMostlyUTF8(_ octets: Span<UInt8>) -> Bool {
        var (broken, whole, start) = (0, 0, 0)
        while let error = firstError(in: octets.extracting(droppingFirst: start)) {
            broken += 1
            guard broken <= tolerated else { return false }
            whole += leads(in: octets.extracting(start..<start + error.byteOffsets.lowerBound))
            start += max(error.byteOffsets.upperBound, 1)
        }
        whole += leads(in: octets.extracting(droppingFirst: start))
        return whole > broken
    }

    private static func leads(in octets: Span<UInt8>) -> Int {
        octets.indices.reduce(0) { octets[$1] >= 0xC0 ? $0 + 1 : $0 }
    }

    /// Appends the text of `octets` in `charset`; leaves `output` alone and answers false when some are
    /// broken.
    private static func decode(
        _ octets: Span<UInt8>, as charset: Charset, keepingBroken: Bool = false, to output: inout [UInt8]
    ) -> Bool {
        let mark = output.count
        let decoder = CharsetDecoder(charset)
        decoder.decode(octets, into: &output)
        decoder.finish(into: &output)
        guard decoder.replaced == 0 || keepingBroken else {
            output.removeLast(output.count - mark)
            return false
        }
        return true
    }
}
