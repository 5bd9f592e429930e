/// Which parts of a message are its text, which its HTML, and what is attached.
///
/// RFC 8621 §4.1.4.
package struct MessageBodies: Equatable, Sendable {
    /// The parts that make the text, in order: `text/plain`, and `text/html` where there is nothing plainer.
    package internal(set) var text: [Int] = []
    /// The parts that make the HTML, in order: `text/html` only.
    package internal(set) var html: [Int] = []
    /// Everything else: files, images, messages, and files found inside texts.
    package internal(set) var attachments: [Attachment] = []
    /// Whether all of the text has to be made from HTML.
    package internal(set) var isTextFromHTML = false

    /// Whether there is a text.
    package var hasText: Bool { !text.isEmpty }
    /// Whether there is HTML.
    package var hasHTML: Bool { !html.isEmpty }
}

/// Something that came with a message beside its text.
package struct Attachment: Equatable, Sendable {
    /// What a file was wrapped in.
    package enum Source: String, Sendable {
        /// A part of its own.
        case mime
        /// Uuencoded lines inside a text.
        case uuencode
        /// yEnc lines inside a text.
        case yenc
        /// The data fork of a BinHex part.
        case binhex
    }

    /// The index of the part it is, or is in.
    package let part: Int
    /// What it was wrapped in.
    package let source: Source
    /// A name that is safe as that of a file, never empty.
    package let filename: String
    /// The name as sent, decoded; `nil` without one.
    package let filenameRaw: String?
    /// The type declared, or its default.
    package let mediaType: String
    /// The charset declared.
    package let charset: String?
    /// The disposition declared, in lower case.
    package let disposition: String?
    /// The Content-ID without angle brackets.
    package let contentID: String?
    /// Whether the HTML refers to it by its Content-ID.
    package internal(set) var isInline = false
    /// Where it begins in the decoded content of its part, when it is a file inside a text.
    let place: Int
    /// Octets of its lines there; `nil` for all that follow.
    let length: Int?
}
