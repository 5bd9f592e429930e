/// Reads the text or the HTML of a message for its receiver: parts joined, line ends LF, flowed lines joined,
/// HTML turned into text where there is no plain one.
package struct BodyReader {
    /// The charset of the first part: declared and used; known once something has been read.
    package private(set) var charset: CharsetChoice?
    /// What was wrong with the parts, known at the end.
    package private(set) var log: DefectLog
    private let message: ParsedMessage
    private let parts: [Int]
    private let wantsHTML: Bool
    private var next = 0
    private var reader: TextReader?
    private var form = TextForm.lines(LineEnds())
    private var endsLine = true
    private var piece: [UInt8] = []

    init(_ message: ParsedMessage, parts: [Int], wantsHTML: Bool) {
        self.message = message
        self.parts = parts
        self.wantsHTML = wantsHTML
        log = DefectLog(limit: message.limits.defects)
    }

    /// Appends the next piece of text to `buffer`; `false` when there is no more.
    package mutating func next(into buffer: inout [UInt8]) throws -> Bool {
        let before = buffer.count
        if reader == nil {
            guard next < parts.count else { return false }
            begin(message.parts[parts[next]])
            if next > 0, !endsLine { buffer.append(0x0A) }
            next += 1
        }
        guard try reader?.next(into: &piece) ?? false else {
            form.finish(into: &buffer)
            if let reader { log.merge(reader.log) }
            reader = nil
            if let last = buffer.last, buffer.count > before { endsLine = last == 0x0A }
            return true
        }
        if charset == nil { charset = reader?.charset }
        let text = piece
        piece = []
        form.decode(text.span, into: &buffer)
        if let last = buffer.last, buffer.count > before { endsLine = last == 0x0A }
        return true
    }

    private mutating func begin(_ part: Part) {
        reader = message.textReader(of: part)
        if part.isHTML, !wantsHTML {
            form = .html(HTMLText())
        } else if part.isPlainText, part.isFlowed {
            let deletesSpace = part.contentType.parameters["delsp"].map { $0.lowercased() == "yes" } ?? false
            form = .flowed(ByLine(FlowedText(deletesSpace: deletesSpace)))
        } else {
            form = .lines(LineEnds())
        }
    }
}

/// What is done with the text of a part.
private enum TextForm {
    case lines(LineEnds)
    case flowed(ByLine<FlowedText>)
    case html(HTMLText)

    mutating func decode(_ text: Span<UInt8>, into output: inout [UInt8]) {
        switch self {
        case .lines(var form):
            form.decode(text, into: &output)
            self = .lines(form)
        case .flowed(var form):
            self = .lines(LineEnds())
            form.decode(text, into: &output)
            self = .flowed(form)
        case .html(var form):
            self = .lines(LineEnds())
            form.decode(text, into: &output)
            self = .html(form)
        }
    }

    mutating func finish(into output: inout [UInt8]) {
        switch self {
        case .lines(var form): form.finish(into: &output)
        case .flowed(var form): form.finish(into: &output)
        case .html(var form): form.finish(into: &output)
        }
    }
}

extension Part {
    /// Whether its lines flow.
    ///
    /// RFC 3676 §3.
    var isFlowed: Bool {
        contentType.parameters["format"]?.lowercased() == "flowed"
    }
}

extension ParsedMessage {
    /// A reader of the message's text.
    package func textReader(of bodies: MessageBodies) -> BodyReader {
        BodyReader(self, parts: bodies.text, wantsHTML: false)
    }

    /// A reader of the message's HTML.
    package func htmlReader(of bodies: MessageBodies) -> BodyReader {
        BodyReader(self, parts: bodies.html, wantsHTML: true)
    }

    /// A reader of the content of `attachment`.
    package func reader(of attachment: Attachment) -> AttachmentReader {
        AttachmentReader(self, attachment)
    }
}
