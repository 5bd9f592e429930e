internal import Synchronization

/// The upper half of a charset with one octet a character.
///
/// The table comes from iconv once and is kept. As the WHATWG Encoding Standard has it, octets from 0x80 to
/// 0x9F that iconv knows nothing of are the control characters of the same number.
struct SingleByteTable: Sendable {
    /// What the octets 0x80…0xFF mean; U+FFFD where they mean nothing.
    let scalars: [Unicode.Scalar]

    private static let kept = Mutex<[String: SingleByteTable]>([:])

    /// The table of iconv's coding `name`; `nil` when iconv does not know it.
    static func named(_ name: String) -> SingleByteTable? {
        if let table = kept.withLock({ $0[name] }) { return table }
        guard let table = SingleByteTable(iconv: name) else { return nil }
        kept.withLock { $0[name] = table }
        return table
    }

    private init?(iconv name: String) {
        guard let converter = IconvConverter(from: name) else { return nil }
        scalars = (UInt8(0x80)...0xFF).map { octet in
            var text: [UInt8] = []
            let outcome = converter.convert([octet].span, into: &text)
            converter.flush(into: &text)
            converter.reset()
            let scalar = String(decoding: text, as: UTF8.self).unicodeScalars.first
            if outcome == .complete, let scalar { return scalar }
            return octet < 0xA0 ? Unicode.Scalar(octet) : "\u{FFFD}"
        }
    }
}

/// Decodes a charset with one octet a character.
struct SingleByteDecoder: TextDecoding {
    /// How many times U+FFFD was written.
    private(set) var replaced = 0
    private let table: SingleByteTable

    /// A decoder by `table`.
    init(_ table: SingleByteTable) {
        self.table = table
    }

    /// Appends the text of `octets` to `output`.
    mutating func decode(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        var index = 0
        while index < octets.count {
            let end = asciiPrefix(of: octets, from: index)
            append(octets.extracting(index..<end), to: &output)
            index = end
            while index < octets.count, octets[index] >= 0x80 {
                let scalar = table.scalars[Int(octets[index]) - 0x80]
                if scalar == "\u{FFFD}" { replaced += 1 }
                append(scalar, to: &output)
                index += 1
            }
        }
    }

    /// Ends the text; no octet is ever held back.
    mutating func finish(into output: inout [UInt8]) {}
}
