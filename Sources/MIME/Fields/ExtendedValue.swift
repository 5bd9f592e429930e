/// A value of RFC 2231 while its segments are put together.
struct ExtendedValue {
    /// The octets, percent signs decoded.
    private(set) var octets: [UInt8] = []
    /// Whether nothing is missing or undecodable.
    var isGood = true
    private var charset: [UInt8] = []
    private var isEmpty = true

    /// Adds a segment; the first one names the charset.
    ///
    /// Apostrophes in segments without a star are data.
    mutating func append(_ segment: Span<UInt8>, isExtended: Bool) {
        defer { isEmpty = false }
        guard isExtended else { return MIME.append(segment, to: &octets) }
        var start = 0
        if isEmpty, let first = firstIndex(of: UInt8(ascii: "'"), in: segment) {
            let label = segment.extracting(first: first)
            if let second = firstIndex(of: UInt8(ascii: "'"), in: segment, from: first + 1) {
                start = second + 1
                MIME.append(label, to: &charset)
            } else if Charset(label: label.text) != nil {
                start = first + 1
                MIME.append(label, to: &charset)
            }
        }
        appendPercentDecoded(segment.extracting(droppingFirst: start), to: &octets)
    }

    /// The decoded value, encoded words in it decoded too.
    mutating func text(in context: FieldContext, defects: inout DefectLog) -> String {
        guard let known = Charset(label: charset), !Charset.isASCII(label: charset) else {
            return unstructuredText(octets.span, in: context, defects: &defects)
        }
        let decoder = CharsetDecoder(known)
        var text: [UInt8] = []
        decoder.decode(octets.span, into: &text)
        decoder.finish(into: &text)
        if decoder.replaced > 0 { isGood = false }
        return unstructuredText(text.span, in: context, defects: &defects)
    }
}
