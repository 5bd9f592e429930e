internal import Mail

/// The part tree as one JSON document: what `transom parse --tree` prints.
///
/// ```
/// {"headers": {subject, from, to, cc, reply_to, groups, date, message_id, in_reply_to, references},
///  "parts": [{depth, type, charset, filename, disposition, content_id, bytes_b64, text, subject}]}
/// ```
/// Every part stands there, containers included, in document order. `bytes_b64` is the decoded content of a leaf, `text` the
/// charset-decoded content of a text, `subject` that of a message inside the message; dates are in UTC.
package struct TreeDocument {
    private let message: ParsedMessage
    private var log: DefectLog

    /// The document of `message`.
    package init(_ message: ParsedMessage) {
        self.message = message
        log = message.log
    }

    /// The document, in UTF-8; throws what the message's source throws.
    package mutating func json() throws -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.name("headers")
        writeHeaders(to: &json)
        json.name("parts")
        json.beginArray()
        for part in message.parts { try write(part, to: &json) }
        json.endArray()
        json.endObject()
        return json.bytes
    }

    private mutating func writeHeaders(to json: inout JSONWriter) {
        let summary = message.summary(defects: &log)
        json.beginObject()
        json.member("subject", summary.subject)
        json.member("from", summary.from)
        json.member("to", summary.to)
        json.member("cc", summary.cc)
        json.member("reply_to", summary.replyTo)
        json.member("groups", summary.groups)
        json.member("date", summary.date?.instant.rfc3339InSeconds)
        json.member("message_id", summary.messageID)
        json.member("in_reply_to", summary.inReplyTo)
        json.member("references", summary.references)
        json.endObject()
    }

    private mutating func write(_ part: Part, to json: inout JSONWriter) throws {
        json.beginObject()
        json.name("depth")
        json.integer(part.depth)
        json.member("type", part.contentType.mediaType)
        json.member("charset", part.contentType.parameters["charset"])
        json.member("filename", part.filename)
        json.member("disposition", part.disposition?.value)
        json.member("content_id", part.contentID)
        json.name("bytes_b64")
        try writeContent(of: part, to: &json)
        json.name("text")
        try writeText(of: part, to: &json)
        json.member(
            "subject", message.embeddedRoot(of: part).flatMap { message.subject(of: $0, defects: &log) })
        json.endObject()
    }

    private func writeContent(of part: Part, to json: inout JSONWriter) throws {
        guard part.kind == .leaf else { return json.null() }
        json.beginString()
        appendBase64(try message.decoded(part) ?? [], to: &json.bytes)
        json.endString()
    }

    private func writeText(of part: Part, to json: inout JSONWriter) throws {
        guard part.kind == .leaf, part.contentType.type == "text" else { return json.null() }
        var reader = message.textReader(of: part)
        var text: [UInt8] = []
        while try reader.next(into: &text) {}
        json.string(text.span)
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: StaticString, _ text: String?) {
        self.name(name)
        if let text { string(text) } else { null() }
    }

    fileprivate mutating func member(_ name: StaticString, _ texts: [String]) {
        self.name(name)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }

    fileprivate mutating func member(_ name: StaticString, _ list: AddressList) {
        self.name(name)
        beginArray()
        for mailbox in list.mailboxes {
            beginObject()
            member("name", mailbox.name)
            member("address", mailbox.address)
            endObject()
        }
        endArray()
    }
}

extension Timestamp {
    /// RFC 3339 in UTC, in whole seconds.
    fileprivate var rfc3339InSeconds: String {
        String(rfc3339.prefix(while: { $0 != "." })) + "Z"
    }
}

/// Appends the base64 of `octets`, in one line and padded.
///
/// RFC 4648 §4.
private func appendBase64(_ octets: [UInt8], to output: inout [UInt8]) {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    for start in stride(from: 0, to: octets.count, by: 3) {
        let group = octets[start..<min(start + 3, octets.count)]
        var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
        for place in 0..<4 {
            output.append(place <= group.count ? alphabet[Int(bits >> 18 & 63)] : UInt8(ascii: "="))
            bits <<= 6
        }
    }
}
