/// What the fields of a part say about its content.
extension PartTreeBuilder {
    /// Fills in type, disposition, encoding, Content-ID and file name of `part` from its fields; of each the
    /// first counts.
    mutating func describe(_ part: inout Part) {
        var seen: UInt32 = 0
        var hasInvalidType = false
        for field in fields[part.fields] where field.kind != .other {
            let bit = UInt32(1) << UInt32(field.kind.rawValue)
            if seen & bit != 0 {
                if field.kind.isSingleton { log.report(.duplicateHeader, at: field.offset) }
                continue
            }
            seen |= bit
            if field.kind == .contentType {
                hasInvalidType = !readContentType(field, into: &part)
            } else {
                read(field, into: &part)
            }
        }
        if part.filename == nil { part.filename = part.contentType.parameters["name"] }
        if hasInvalidType, part.looksLikeFile {
            part.contentType = ContentType(
                type: "application", subtype: "octet-stream", parameters: part.contentType.parameters,
                isValid: false)
        }
    }

    private mutating func readContentType(_ field: HeaderField, into part: inout Part) -> Bool {
        part.contentType = withValue(of: field) { value, context, log in
            ContentType(parsing: value, in: context, defects: &log)
        }
        if charset == nil, part.contentType.type == "text" {
            charset = part.contentType.parameters["charset"]
        }
        return part.contentType.isValid
    }

    private mutating func read(_ field: HeaderField, into part: inout Part) {
        switch field.kind {
        case .contentDisposition:
            let disposition = withValue(of: field) { value, context, log in
                ContentDisposition(parsing: value, in: context, defects: &log)
            }
            part.disposition = disposition
            if let filename = disposition.parameters["filename"] { part.filename = filename }
        case .contentTransferEncoding:
            readTransferEncoding(field, into: &part)
        case .contentID:
            part.contentID = withValue(of: field) { value, _, log in
                MessageIDList.single(parsing: value, keepingBlanks: true, defects: &log)
            }
        default:
            break
        }
    }

    private mutating func readTransferEncoding(_ field: HeaderField, into part: inout Part) {
        let token = TransferEncoding.token(of: arena.octets.span.extracting(field.value))
        part.transferEncodingText = String(decoding: token, as: UTF8.self)
        guard let encoding = TransferEncoding(token: token) else {
            log.report(.unknownTransferEncoding, at: field.offset)
            return
        }
        part.transferEncoding = encoding
    }

    /// Reads the value of `field`; what is wrong with it is noted where it stands.
    private mutating func withValue<Result>(
        of field: HeaderField, _ read: (Span<UInt8>, FieldContext, inout DefectLog) -> Result
    ) -> Result {
        let base = log.base
        defer { log.base = base }
        if !log.isAnchored { log.base = field.valueOffset }
        let octets = arena.octets
        return read(
            octets.span.extracting(field.value), FieldContext(fallbackCharset: charset, limits: limits), &log)
    }
}

extension Part {
    /// Whether something beside its unreadable type says that this is a file: Content-Disposition or a
    /// Content-ID.
    fileprivate var looksLikeFile: Bool {
        contentID != nil || disposition?.value == "attachment" || disposition?.parameters["filename"] != nil
    }
}

extension ContentType {
    /// What a part without Content-Type is.
    ///
    /// RFC 2045 §5.2.
    static let plainText = ContentType(
        type: "text", subtype: "plain", parameters: Parameters(), isValid: true)
    /// What a part of a multipart/digest without Content-Type is.
    ///
    /// RFC 2046 §5.1.5.
    static let message = ContentType(
        type: "message", subtype: "rfc822", parameters: Parameters(), isValid: true)
}
