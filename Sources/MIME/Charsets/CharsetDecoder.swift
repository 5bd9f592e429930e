/// Turns the octets of one text into UTF-8, piece by piece, cut anywhere.
///
/// What cannot be decoded becomes U+FFFD, once for each maximal subpart; no octet vanishes but a byte order
/// mark at the start. Not `Sendable`: it has the state of one text.
package final class CharsetDecoder {
    /// The charset of the octets.
    package let charset: Charset
    private var engine: any TextDecoding
    /// What may become a byte order mark of UTF-8; `nil` once the text has begun.
    private var mark: [UInt8]?

    /// A decoder of `charset`; a coding that the C library lacks is read as UTF-8.
    package init(_ charset: Charset) {
        self.charset = charset
        engine = Self.engine(for: charset)
        mark = charset.coding == .utf8 ? [] : nil
    }

    /// How many times U+FFFD was written for what could not be decoded.
    package var replaced: Int { engine.replaced }

    /// Appends the text of `octets` to `output`.
    package func decode(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        let taken = mark == nil ? 0 : skipMark(octets, into: &output)
        engine.decode(octets.extracting(droppingFirst: taken), into: &output)
    }

    /// Ends the text: what has only begun becomes U+FFFD.
    package func finish(into output: inout [UInt8]) {
        beginText(into: &output)
        engine.finish(into: &output)
    }

    /// Begins a new text of the same charset.
    package func reset() {
        engine = Self.engine(for: charset)
        mark = charset.coding == .utf8 ? [] : nil
    }

    /// Takes octets as long as they may be a byte order mark; answers how many were taken.
    private func skipMark(_ octets: Span<UInt8>, into output: inout [UInt8]) -> Int {
        var taken = 0
        while let seen = mark, taken < octets.count {
            guard octets[taken] == Self.byteOrderMark[seen.count] else {
                beginText(into: &output)
                break
            }
            mark = seen.count == 2 ? nil : seen + [octets[taken]]
            taken += 1
        }
        return taken
    }

    private func beginText(into output: inout [UInt8]) {
        guard let seen = mark else { return }
        mark = nil
        engine.decode(seen.span, into: &output)
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private static func engine(for charset: Charset) -> any TextDecoding {
        switch charset.coding {
        case .utf8: UTF8Repair()
        case .utf7: UTF7Decoder()
        case .wide(let form): WideDecoder(form)
        case .singleByte(let name): SingleByteTable.named(name).map { SingleByteDecoder($0) } ?? UTF8Repair()
        case .multiByte(let name): MultiByteDecoder(iconv: name) ?? UTF8Repair()
        case .big5: MultiByteDecoder(iconv: "BIG5-HKSCS", extensions: .big5()) ?? UTF8Repair()
        case .eucJP: MultiByteDecoder(iconv: "EUC-JP", extensions: .eucJP()) ?? UTF8Repair()
        case .shiftOut(let name): ShiftOutDecoder(iconv: name) ?? UTF8Repair()
        case .hz: HZDecoder() ?? UTF8Repair()
        case .iso2022JP: ISO2022JPDecoder() ?? UTF8Repair()
        }
    }
}
