/// The value of a Content-Type field (RFC 2045 §5.1).
package struct ContentType: Equatable, Sendable {
    /// The type, in lower case: `text`.
    package var type: String
    /// The subtype, in lower case: `plain`.
    package var subtype: String
    /// The parameters.
    package var parameters: Parameters
    /// Whether type and subtype could be read; if not they are `text` and `plain` (RFC 2045 §5.2).
    package var isValid: Bool

    /// A type with its parameters.
    package init(type: String, subtype: String, parameters: Parameters = Parameters(), isValid: Bool = true) {
        self.type = type
        self.subtype = subtype
        self.parameters = parameters
        self.isValid = isValid
    }

    /// Reads `raw`: the subtype ends at the first character that is none of a token's, and parameters may
    /// follow at once.
    package init(parsing raw: Span<UInt8>, in context: FieldContext, defects: inout DefectLog) {
        let start = raw.skippingComments(from: 0)
        let slash = raw.endOfToken(from: start)
        let hasSlash = slash > start && slash < raw.count && raw[slash] == UInt8(ascii: "/")
        let end = hasSlash ? raw.endOfToken(from: slash + 1) : slash
        let isNotASCII = end < raw.count && raw[end] >= 0x80
        isValid = hasSlash && end > slash + 1 && !isNotASCII
        var parser = ParameterParser(context: context, defects: defects)
        if isValid {
            type = asciiLowercase(raw.extracting(start..<slash))
            subtype = asciiLowercase(raw.extracting(slash + 1..<end))
            parameters = parser.parse(raw, from: end)
        } else {
            (type, subtype) = ("text", "plain")
            parameters = parser.parse(raw, from: firstIndex(of: UInt8(ascii: ";"), in: raw) ?? slash)
        }
        defects = parser.defects
        if !isValid { defects.report(.invalidContentType) }
    }

    /// `type/subtype`.
    package var mediaType: String { "\(type)/\(subtype)" }
}

extension Span where Element == UInt8 {
    /// The index behind the token that begins at `start` (RFC 2045 §5.1).
    fileprivate func endOfToken(from start: Int) -> Int {
        var index = start
        while index < count, isTokenOctet(self[index]) { index += 1 }
        return index
    }
}
