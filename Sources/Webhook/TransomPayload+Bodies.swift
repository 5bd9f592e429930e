import MIME
import Mail

extension TransomPayload {
    /// Writes `text`, `html`, `text_from_html` and `charsets`; what is wrong with them is noted in `log`.
    func writeBodies(_ bodies: MessageBodies, into draft: inout PayloadDraft, defects log: inout DefectLog)
        throws
    {
        draft.json.name("text")
        let hasText = bodies.hasText && parsed.size > 0
        let text = try write(hasText ? content(bodies, isHTML: false) : nil, into: &draft, defects: &log)
        draft.json.name("html")
        let html = try write(
            bodies.hasHTML ? content(bodies, isHTML: true) : nil, into: &draft, defects: &log)
        draft.json.name("text_from_html")
        draft.json.boolean(bodies.isTextFromHTML)
        draft.json.name("charsets")
        draft.json.beginObject()
        draft.json.member("text", text)
        draft.json.member("html", html)
        draft.json.endObject()
    }

    private func content(_ bodies: MessageBodies, isHTML: Bool) -> BodyContent {
        BodyContent(message: parsed, bodies: bodies, isHTML: isHTML)
    }

    /// Writes the text of a body, or `null`; returns its charset.
    private func write(
        _ body: BodyContent?, into draft: inout PayloadDraft, defects log: inout DefectLog
    ) throws -> CharsetChoice? {
        guard let body else {
            draft.json.null()
            return nil
        }
        let reader = try draft.string(of: body)
        log.merge(reader.log)
        return reader.charset
    }

    /// Writes `attachments`, their contents in base64; what is wrong with their encoding is noted in `log`.
    func writeAttachments(
        _ bodies: MessageBodies, into draft: inout PayloadDraft, defects log: inout DefectLog
    ) throws {
        draft.json.name("attachments")
        draft.json.beginArray()
        for (index, attachment) in bodies.attachments.enumerated() {
            try write(attachment, number: index + 1, into: &draft, defects: &log)
        }
        draft.json.endArray()
    }

    private func write(
        _ attachment: Attachment, number: Int, into draft: inout PayloadDraft, defects log: inout DefectLog
    ) throws {
        let content = AttachmentContent(message: parsed, attachment: attachment)
        let (measure, reader) = try draft.measure(content)
        log.merge(reader.log)
        draft.json.beginObject()
        draft.json.member("id", "att_\(number)")
        draft.json.member("part", parsed.section(of: parsed.parts[attachment.part]))
        draft.json.member("filename", attachment.filename)
        draft.json.member(
            "filename_raw", attachment.filenameRaw == attachment.filename ? nil : attachment.filenameRaw)
        draft.json.member("content_type", attachment.mediaType)
        draft.json.member("detected_type", mediaType(ofFirst: measure.head.span))
        draft.json.member("charset", attachment.charset)
        draft.json.member("size", measure.size)
        draft.json.name("sha256")
        draft.json.hexadecimal(measure.sha256)
        draft.json.member("disposition", attachment.disposition)
        draft.json.name("inline")
        draft.json.boolean(attachment.isInline)
        draft.json.member("content_id", attachment.contentID)
        draft.json.member("source", attachment.source.rawValue)
        draft.json.name("content")
        try draft.base64(of: content, measuredAs: measure)
        draft.json.nullMember("url")
        draft.json.nullMember("url_expires_at")
        draft.json.endObject()
    }
}

/// The text or the HTML of a message, in UTF-8.
struct BodyContent: PayloadContent {
    /// The message.
    let message: ParsedMessage
    /// Which of its parts are its text and its HTML.
    let bodies: MessageBodies
    /// Whether it is the HTML.
    let isHTML: Bool

    func open() -> BodyReader { isHTML ? message.htmlReader(of: bodies) : message.textReader(of: bodies) }
}

/// The decoded content of an attachment.
struct AttachmentContent: PayloadContent {
    /// The message it is in.
    let message: ParsedMessage
    /// Which it is.
    let attachment: Attachment

    func open() -> AttachmentReader { message.reader(of: attachment) }

    func encoded(size: Int) throws -> (any PayloadContent)? {
        guard attachment.source == .mime else { return nil }
        return try CleanBase64(message.parts[attachment.part], of: message, size: size)
    }
}

extension BodyReader: OctetPull {}
extension AttachmentReader: OctetPull {}

extension JSONWriter {
    /// Writes a member with the charset of a body, or `null`.
    fileprivate mutating func member(_ name: StaticString, _ charset: CharsetChoice?) {
        self.name(name)
        guard let charset else { return null() }
        beginObject()
        member("declared", charset.declared)
        member("used", charset.used.name)
        endObject()
    }
}
