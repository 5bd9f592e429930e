internal import MIME

extension FuzzTarget {
    /// The parsers of header fields and the charsets of `MIME`.
    static let fields = [
        FuzzTarget("mime-address") { parseAddresses($0) },
        FuzzTarget("mime-date") { parseDate($0) },
        FuzzTarget("mime-word") { decodeText($0) },
        FuzzTarget("mime-parameter") { parseParameters($0) },
        FuzzTarget("mime-id") { parseIDs($0) },
        FuzzTarget("mime-charset") { decodeCharset($0) },
    ]

    /// The charsets a message may declare for its raw headers, and those that are decoded.
    private static let labels = [
        "utf-8", "iso-8859-1", "koi8-r", "gb18030", "big5", "shift_jis", "euc-jp", "iso-2022-jp", "euc-kr",
        "iso-2022-kr",
        "hz-gb-2312", "utf-7", "utf-16", "utf-16be", "utf-32", "windows-1258", "iso-8859-8", "euc-tw",
        "iso-2022-cn", "nosuch",
    ]

    /// Reads a field whose first octet names the message's charset.
    private static func context(_ octets: [UInt8]) -> (field: [UInt8], context: FieldContext) {
        guard let first = octets.first else { return ([], FieldContext()) }
        let label = labels[Int(first) % labels.count]
        return (Array(octets.dropFirst()), FieldContext(fallbackCharset: first > 127 ? nil : label))
    }

    /// No text of a field has a line end in it.
    private static func requireOneLine(_ text: String?) {
        precondition(text?.utf8.contains { $0 == 13 || $0 == 10 } != true, "a line end in \(text ?? "")")
    }

    private static func parseAddresses(_ octets: [UInt8]) {
        let (field, context) = context(octets)
        var defects = DefectLog()
        let list = AddressList(parsing: field.span, in: context, defects: &defects)
        precondition(
            list.mailboxes.count <= field.count && list.groups.count <= field.count, "mailboxes from nowhere")
        for mailbox in list.mailboxes {
            requireOneLine(mailbox.name)
            requireOneLine(mailbox.address)
            requireOneLine(mailbox.group)
            precondition(mailbox.name?.isEmpty != true, "a name without a character")
        }
    }

    private static func parseDate(_ octets: [UInt8]) {
        var defects = DefectLog()
        guard let date = MailDate(parsing: octets.span, defects: &defects) else { return }
        precondition(
            date.rfc3339.utf8.count == (date.offsetMinutes == nil ? 20 : 25), "\(date.rfc3339) is no RFC 3339"
        )
        var again = DefectLog()
        let second = MailDate(parsing: Array(date.rfc3339.utf8).span, defects: &again)
        precondition(second?.instant == date.instant, "\(date.rfc3339) is another date than it was")
    }

    private static func decodeText(_ octets: [UInt8]) {
        let (field, context) = context(octets)
        var (defects, text) = (DefectLog(), [UInt8]())
        decodeUnstructured(field.span, in: context, into: &text, defects: &defects)
        requireOneLine(String(validating: text, as: UTF8.self) ?? "\n")
        precondition(text.count <= 4 * field.count + 3, "text from nowhere")
    }

    private static func parseParameters(_ octets: [UInt8]) {
        let (field, context) = context(octets)
        var defects = DefectLog()
        let type = ContentType(parsing: field.span, in: context, defects: &defects)
        let disposition = ContentDisposition(parsing: field.span, in: context, defects: &defects)
        for parameters in [type.parameters, disposition.parameters] {
            precondition(Set(parameters.list.map(\.name)).count == parameters.list.count, "a parameter twice")
            for (name, value) in parameters.list {
                requireOneLine(value)
                precondition(
                    parameters[name] == value && parameters.octets(name) != nil, "a parameter without a value"
                )
            }
        }
        precondition(type.isValid || type.mediaType == "text/plain", "a type that is none")
    }

    private static func parseIDs(_ octets: [UInt8]) {
        var defects = DefectLog()
        for id in MessageIDList(parsing: octets.span, defects: &defects).ids {
            precondition(!id.isEmpty, "an empty id")
            requireOneLine(id)
        }
        requireOneLine(MessageIDList.single(parsing: octets.span, defects: &defects))
    }

    /// Decodes whole and cut in two; the second octet says where.
    private static func decodeCharset(_ octets: [UInt8]) {
        guard octets.count > 1, let charset = Charset(label: labels[Int(octets[0]) % labels.count]) else {
            return
        }
        let text = octets[2...]
        let cut = text.startIndex + Int(octets[1]) % (text.count + 1)
        let whole = decode(charset, [text])
        precondition(
            whole == decode(charset, [text[..<cut], text[cut...]]), "the decoder depends on the cut")
        precondition(
            String(validating: whole, as: UTF8.self) != nil, "a decoder that writes something else than UTF-8"
        )
        var detector = CharsetDetector(declared: charset.name, isHTML: octets[1] > 127)
        detector.feed(text.span)
        _ = detector.finish()
    }

    private static func decode(_ charset: Charset, _ pieces: [ArraySlice<UInt8>]) -> [UInt8] {
        let decoder = CharsetDecoder(charset)
        var output: [UInt8] = []
        for piece in pieces { decoder.decode(piece.span, into: &output) }
        decoder.finish(into: &output)
        return output
    }
}
