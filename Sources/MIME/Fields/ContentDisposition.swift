/// The value of a Content-Disposition field (RFC 2183 §2).
package struct ContentDisposition: Equatable, Sendable {
    /// What stands before the parameters, in lower case: `attachment`; empty when there is nothing.
    package var value: String
    /// The parameters.
    package var parameters: Parameters

    /// A disposition with its parameters.
    package init(value: String, parameters: Parameters = Parameters()) {
        self.value = value
        self.parameters = parameters
    }

    /// Reads `raw`; a value that is an encoded word is decoded first.
    package init(parsing raw: Span<UInt8>, in context: FieldContext, defects: inout DefectLog) {
        let start = raw.skippingSpace(from: 0)
        guard start < raw.count, raw.opensEncodedWord(at: start) else {
            self.init(plain: raw, in: context, defects: &defects)
            return
        }
        var decoded: [UInt8] = []
        decodeUnstructured(raw, in: context, into: &decoded, defects: &defects)
        defects.report(.invalidEncodedWord)
        self.init(plain: decoded.span, in: context, defects: &defects)
    }

    private init(plain raw: Span<UInt8>, in context: FieldContext, defects: inout DefectLog) {
        let end = raw.endOfLeadingValue()
        let leading = raw.extracting(first: end)
        value = asciiLowercase(leading.extracting(leading.trimmedRange()))
        var parser = ParameterParser(context: context, defects: defects)
        parameters = parser.parse(raw, from: end)
        defects = parser.defects
    }
}
