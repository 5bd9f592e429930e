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
