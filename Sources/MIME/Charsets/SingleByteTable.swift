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
