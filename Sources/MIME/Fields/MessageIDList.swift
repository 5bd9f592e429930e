/// The message ids of References and In-Reply-To, without their brackets (RFC 5322 §3.6.4).
package struct MessageIDList: Equatable, Sendable {
    /// The ids in order.
    package var ids: [String] = []

    /// No ids.
    package init() {}

    /// Reads the ids of `raw`: what stands in brackets, else a single bare token; free text holds none.
    package init(parsing raw: Span<UInt8>, defects: inout DefectLog) {
        self.init(parsing: raw, limit: ParseLimits.standard.messageIDs, defects: &defects)
    }

    /// Reads at most `limit` ids of `raw`; encoded words, which have no place here, are decoded first.
    package init(parsing raw: Span<UInt8>, limit: Int, defects: inout DefectLog) {
        guard raw.hasEncodedWords else {
            self.init(plain: raw, limit: limit, defects: &defects)
            return
        }
        var decoded: [UInt8] = []
        decodeUnstructured(raw, in: FieldContext(), into: &decoded, defects: &defects)
        self.init(plain: decoded.span, limit: limit, defects: &defects)
    }

    private init(plain raw: Span<UInt8>, limit: Int, defects: inout DefectLog) {
        var index = 0
        while ids.count < limit, let id = Self.nextBracketed(in: raw, from: &index) { ids.append(id) }
        guard ids.isEmpty else { return }
        let value = raw.extracting(raw.trimmedRange())
        guard !value.isEmpty else { return }
        defects.report(.invalidMessageID)
        let isBare = value.indices.allSatisfy { !isFoldingSpace(value[$0]) }
        if isBare, !value.equals([UInt8(ascii: "<"), UInt8(ascii: ">")]) { ids.append(value.text) }
    }

    /// The one id of Message-ID or Content-ID: what the first brackets hold, else the bare value; `nil`
    /// without either.
    ///
    /// Blanks inside are dropped, as RFC 5322 §4.5.4 has it, or kept but for those of folding: a Content-ID that was
    /// made of a file's name is referred to with them.
    package static func single(
        parsing raw: Span<UInt8>, keepingBlanks: Bool = false, defects: inout DefectLog
    ) -> String? {
        var index = 0
        if let id = nextBracketed(in: raw, from: &index, keepingBlanks: keepingBlanks) { return id }
        let bare = compacted(raw.extracting(raw.skippingComments(from: 0)...), keepingBlanks: keepingBlanks)
        guard !bare.isEmpty else { return nil }
        defects.report(.invalidMessageID)
        return bare
    }

    /// The content of the next `<…>` that has one; `index` moves behind it.
    ///
    /// An unclosed one runs to the next blank.
    private static func nextBracketed(
        in raw: Span<UInt8>, from index: inout Int, keepingBlanks: Bool = false
    ) -> String? {
        while let open = firstIndex(of: UInt8(ascii: "<"), in: raw, from: index) {
            var start = open + 1
            while start < raw.count, raw[start] == UInt8(ascii: "<") { start += 1 }
            let end = firstIndex(of: UInt8(ascii: ">"), in: raw, from: start) ?? raw.count
            index = end + 1
            let id = compacted(raw.extracting(start..<max(start, end)), keepingBlanks: keepingBlanks)
            if !id.isEmpty { return id }
        }
        return nil
    }

    /// `octets` without line ends, and without blanks or only without those behind line ends.
    private static func compacted(_ octets: Span<UInt8>, keepingBlanks: Bool) -> String {
        let octets = octets.extracting(octets.trimmedRange())
        guard octets.indices.contains(where: { isFoldingSpace(octets[$0]) }) else { return octets.text }
        var kept: [UInt8] = []
        var index = 0
        while index < octets.count {
            if isBlank(octets[index]), keepingBlanks {
                kept.append(octets[index])
            } else if isFoldingSpace(octets[index]) {
                index = octets.skippingSpace(from: index)
                continue
            } else {
                kept.append(octets[index])
            }
            index += 1
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
