/// Names and values of fields.
extension ParsedMessage {
    /// The name of `field` as sent.
    package func name(of field: HeaderField) -> String {
        let headers = spaces[field.space].headers
        return headers.span.extracting(field.name).text
    }

    /// Appends the name of `field` as sent.
    package func appendName(of field: HeaderField, to output: inout [UInt8]) {
        let headers = spaces[field.space].headers
        append(headers.span.extracting(field.name), to: &output)
    }

    /// Appends the value of `field` as sent: folded, encoded words and all.
    package func appendRawValue(of field: HeaderField, to output: inout [UInt8]) {
        let headers = spaces[field.space].headers
        append(headers.span.extracting(field.value), to: &output)
    }

    /// Appends the value of `field` in UTF-8: unfolded, without blanks around it, encoded words decoded.
    package func appendDecodedValue(
        of field: HeaderField, to output: inout [UInt8], defects log: inout DefectLog
    ) {
        withValue(of: field, defects: &log) { value, context, log in
            decodeUnstructured(value, in: context, into: &output, defects: &log)
        }
    }

    /// The value of `field`, as `appendDecodedValue` gives it.
    package func decodedValue(of field: HeaderField) -> String {
        var octets: [UInt8] = []
        var log = DefectLog()
        appendDecodedValue(of: field, to: &octets, defects: &log)
        return String(decoding: octets, as: UTF8.self)
    }

    /// The values of the root's fields called `name`, whatever its case, decoded.
    package func values(named name: String) -> [String] {
        let wanted = name.utf8.map(lowercased)
        let headers = spaces[0].headers
        return fields(of: root).filter { field in
            let octets = headers.span.extracting(field.name)
            return octets.count == wanted.count && octets.copied.map(lowercased) == wanted
        }.map { decodedValue(of: $0) }
    }

    /// Calls `read` with the value of `field` as sent; what `read` reports is noted for the part `log` is
    /// about.
    func withValue<Result>(
        of field: HeaderField, defects log: inout DefectLog,
        _ read: (Span<UInt8>, FieldContext, inout DefectLog) -> Result
    ) -> Result {
        log.isAnchored = spaces[field.space].anchor != nil
        log.base = spaces[field.space].anchor ?? field.valueOffset
        let headers = spaces[field.space].headers
        let value = headers.span.extracting(field.value)
        guard let unescaped = RawText.unescaped(value, in: context) else { return read(value, context, &log) }
        return read(unescaped.span, context, &log)
    }

    /// What header values are read with: the charset that the message's first text declares.
    var context: FieldContext {
        FieldContext(fallbackCharset: declaredCharset, limits: limits)
    }
}
