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

    /// Whether the text is valid UTF-8 without a byte order mark: it can be taken as it is.
    var isPlainUTF8: Bool { validity.isValid && !head.starts(with: [0xEF, 0xBB, 0xBF]) }

    /// Decides.
    package mutating func finish() -> CharsetChoice {
        validity.finish()
        let labelled = declared.flatMap { Charset(label: $0) }
        if let marked = charsetOfMark(), marked == .utf8 || mayBeWide(labelled) {
            let agrees = labelled == nil || marked.name.hasPrefix(labelled?.name ?? "")
            return CharsetChoice(declared: declared, used: marked, defect: agrees ? nil : .charsetMismatch)
        }
        guard let declared, let labelled, labelled == .utf8 || !Charset.isASCII(label: declared.utf8) else {
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
