import MIME

/// Which parts are the text and the HTML, and which are attachments: the first of each kind.
struct MessageBodies {
    var text: BodyContent?
    var html: BodyContent?
    var isTextFromHTML = false
    var attachments: [Attachment] = []

    init(_ message: ParsedMessage) {
        for part in message.parts where !part.isContainer {
            let isFile = part.filename != nil || part.declaredDisposition == "attachment"
            if !isFile, part.contentType.mediaType == "text/plain", text == nil {
                text = BodyContent(message: message, part: part.index)
            } else if !isFile, part.contentType.mediaType == "text/html", html == nil {
                html = BodyContent(message: message, part: part.index)
            } else {
                attachments.append(Attachment(part))
            }
        }
        if message.size == 0 { text = nil }
    }
}

struct Attachment: Sendable {
    let part: Int
    let filename: String
    let filenameRaw: String?
    let mediaType: String
    let charset: String?
    let disposition: String?
    let isInline = false
    let contentID: String?
    let source = Source.mime

    enum Source: String { case mime }

    init(_ part: Part) {
        self.part = part.index
        filename =
            part.filename.map { String($0.filter { $0 != "/" && $0 != "\\" && $0 >= " " }) } ?? "attachment"
        filenameRaw = part.filename
        mediaType = part.contentType.mediaType
        charset = part.contentType.parameters["charset"]
        disposition = part.declaredDisposition
        contentID = part.contentID
    }
}

func mediaType(ofFirst octets: Span<UInt8>) -> String? { nil }
