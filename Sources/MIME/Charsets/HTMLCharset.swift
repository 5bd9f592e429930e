/// The charset that an HTML text says it is in.
enum HTMLCharset {
    /// The charset of the first `<meta>` or XML declaration that names one.
    static func declared(in head: Span<UInt8>) -> Charset? {
        var index = 0
        while let open = firstIndex(of: UInt8(ascii: "<"), in: head, from: index) {
            let end = firstIndex(of: UInt8(ascii: ">"), in: head, from: open) ?? head.count
            let tag = head.extracting(open + 1..<max(end, open + 1))
            let key: StaticString? =
                tag.startsIgnoringCase(with: "meta")
                ? "charset" : tag.startsIgnoringCase(with: "?xml") ? "encoding" : nil
            if let key, let charset = charset(in: tag, after: key) { return charset }
            index = open + 1
        }
        return nil
    }

    private static func charset(in tag: Span<UInt8>, after key: StaticString) -> Charset? {
        for start in tag.indices where tag.extracting(droppingFirst: start).startsIgnoringCase(with: key) {
            var index = start + key.utf8CodeUnitCount
            while index < tag.count, isSpaceOrQuote(tag[index]) || tag[index] == UInt8(ascii: "=") {
                index += 1
            }
            let first = index
            while index < tag.count, !isSpaceOrQuote(tag[index]), tag[index] != UInt8(ascii: ";") {
                index += 1
            }
            guard let charset = Charset(label: tag.extracting(first..<index).text) else { continue }
            if case .wide = charset.coding { return .utf8 }
            return charset
        }
        return nil
    }

    private static func isSpaceOrQuote(_ octet: UInt8) -> Bool {
        octet <= 0x20 || octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "'")
    }
}
