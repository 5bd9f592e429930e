/// Which charset a text was read in, and which it said it was in.
package struct CharsetChoice: Equatable, Sendable {
    /// The label the part declares, as sent; `nil` without one.
    package let declared: String?
    /// The charset the text is read in.
    package let used: Charset
    /// What is wrong with the declaration; `nil` when the text is in the charset declared.
    package let defect: DefectCode?

    /// The text is read in `used` though it declared `declared`.
    init(declared: String?, used: Charset, defect: DefectCode? = nil) {
        self.declared = declared
        self.used = used
        self.defect = defect
    }

    /// Whether the text is in another charset than the one it declares.
    package var isMislabelled: Bool { declared != nil && defect != nil }
}

/// Decides in which charset a text is, having seen all its octets.
///
/// 1. A byte order mark decides; that of UTF-16 or UTF-32 only where the label does not name another charset.
/// 2. Without a label, with US-ASCII's or with one nobody knows: UTF-8 when the text is valid UTF-8, else
///    what an HTML text says of itself, else windows-1252.
/// 3. A label of a superset of ASCII over valid UTF-8, or of UTF-16 over text without a NUL: UTF-8.
/// 4. Otherwise the label holds.
package struct CharsetDetector {
    private let declared: String?
    private let isHTML: Bool
    private var validity = UTF8Validity()
    private var hasNUL = false
    private var head: [UInt8] = []

    /// Octets at the start in which a byte order mark and the charset of an HTML text are looked for.
    private static let headLength = 4096

    /// A detector for text that declares the label `declared`.
    package init(declared: String?, isHTML: Bool) {
        self.declared = declared
        self.isHTML = isHTML
    }

    /// Looks at the next `octets`.
    package mutating func feed(_ octets: Span<UInt8>) {
        if head.count < Self.headLength {
            append(octets.extracting(first: Self.headLength - head.count), to: &head)
        }
        validity.feed(octets)
        if !hasNUL { hasNUL = firstIndex(of: 0, in: octets) != nil }
    }

    /// Decides.
    package mutating func finish() -> CharsetChoice {
        validity.finish()
        let labelled = declared.flatMap { Charset(label: $0) }
        if let marked = charsetOfMark(), marked == .utf8 || mayBeWide(labelled) {
            let agrees = labelled == nil || marked.name.hasPrefix(labelled?.name ?? "")
            return CharsetChoice(declared: declared, used: marked, defect: agrees ? nil : .charsetMismatch)
        }
        guard let declared, let labelled, !Charset.isASCII(label: declared.utf8) else {
            return undeclared(isUnknown: declared != nil && labelled == nil)
        }
        let isUTF8 = validity.isValid && !head.isEmpty
        let isMislabelled: Bool =
            switch labelled.coding {
            case .wide: isUTF8 && !hasNUL
            default: labelled.extendsASCII && labelled != .utf8 && isUTF8 && !validity.isASCII
            }
        guard isMislabelled else { return CharsetChoice(declared: declared, used: labelled) }
        return CharsetChoice(declared: declared, used: .utf8, defect: .charsetMismatch)
    }

    private func undeclared(isUnknown: Bool) -> CharsetChoice {
        let defect: DefectCode? = isUnknown ? .charsetUnknown : validity.isASCII ? nil : .charsetMissing
        guard !validity.isValid else { return CharsetChoice(declared: declared, used: .utf8, defect: defect) }
        let own = isHTML ? HTMLCharset.declared(in: head.span) : nil
        return CharsetChoice(declared: declared, used: own ?? .windows1252, defect: defect)
    }

    private func mayBeWide(_ labelled: Charset?) -> Bool {
        guard let declared, let labelled, !Charset.isASCII(label: declared.utf8) else { return true }
        if case .wide = labelled.coding { return true }
        return false
    }

    private func charsetOfMark() -> Charset? {
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { return .utf8 }
        if head.starts(with: [0xFF, 0xFE, 0, 0]) { return Charset(label: "utf-32le") }
        if head.starts(with: [0, 0, 0xFE, 0xFF]) { return Charset(label: "utf-32be") }
        if head.starts(with: [0xFE, 0xFF]) { return Charset(label: "utf-16be") }
        if head.starts(with: [0xFF, 0xFE]) { return Charset(label: "utf-16le") }
        return nil
    }
}

/// Whether octets that come in pieces are UTF-8, and whether they are ASCII.
struct UTF8Validity {
    /// Whether no error was found yet.
    private(set) var isValid = true
    /// Whether no octet was above 127 yet.
    private(set) var isASCII = true
    private var pending: [UInt8] = []

    /// Looks at the next `octets`.
    mutating func feed(_ octets: Span<UInt8>) {
        guard isValid else { return }
        var start = 0
        while !pending.isEmpty, start < octets.count, isValid {
            pending.append(octets[start])
            start += 1
            let attempt = pending
            pending.removeAll(keepingCapacity: true)
            check(attempt.span)
        }
        if isASCII { start = asciiPrefix(of: octets, from: start) }
        check(octets.extracting(droppingFirst: start))
    }

    /// A character that has only begun is an error.
    mutating func finish() {
        if !pending.isEmpty { isValid = false }
    }

    private mutating func check(_ octets: Span<UInt8>) {
        guard !octets.isEmpty else { return }
        isASCII = false
        guard let error = firstError(in: octets) else { return }
        guard error.kind == .truncatedScalar, error.byteOffsets.upperBound == octets.count else {
            isValid = false
            return
        }
        for index in error.byteOffsets { pending.append(octets[index]) }
    }
}

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
