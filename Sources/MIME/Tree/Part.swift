/// One node of the part tree: a leaf, a multipart, or a message inside the message.
///
/// RFC 2045, RFC 2046.
package struct Part: Sendable {
    /// What a part holds.
    package enum Kind: Sendable {
        /// Content; `ParsedMessage.reader(of:)` gives it.
        case leaf
        /// Parts.
        case multipart
        /// One part: the root of a message inside the message.
        case message
    }

    /// The place in `ParsedMessage.parts`, which are in document order.
    package internal(set) var index: Int
    /// The index of the part this one is in; `nil` for the root.
    package internal(set) var parent: Int?
    /// How many parts it lies in; 0 for the root.
    package let depth: Int
    /// The place among its parent's parts, from 1.
    package let ordinal: Int
    /// What it holds.
    package internal(set) var kind = Kind.leaf

    /// The type that counts, whatever was declared: RFC 2045 §5.2 and `docs/mime-differences.md`.
    package internal(set) var contentType: ContentType
    /// What Content-Disposition says, if there is one.
    package internal(set) var disposition: ContentDisposition?
    /// The encoding that counts.
    package internal(set) var transferEncoding = TransferEncoding.identity
    /// The encoding as declared, in lower case; `7bit` when none is.
    package internal(set) var transferEncodingText = "7bit"
    /// The Content-ID without angle brackets.
    package internal(set) var contentID: String?
    /// The file name, decoded and otherwise as sent.
    ///
    /// Not safe as a path: `safeFilename` is.
    package internal(set) var filename: String?

    /// Which octets the offsets below are in: 0 for those received, higher for decoded messages inside the
    /// message.
    package let space: Int
    /// Where the part begins: at its header block.
    package let offset: Int
    /// Where its content begins: after the header block.
    package internal(set) var bodyOffset = 0
    /// Where it ends: before the line break of the delimiter that follows.
    package internal(set) var end = 0
    /// Its fields in `ParsedMessage.fields`.
    let fields: Range<Int>

    /// Octets of the whole part, header block included.
    package var size: Int { end - offset }
    /// Octets of its content before transfer decoding.
    package var body: Range<Int> { bodyOffset..<max(bodyOffset, end) }
    /// Whether it holds parts.
    package var isContainer: Bool { kind != .leaf }

    /// Whether the declared type is a multipart's.
    var isDeclaredMultipart: Bool { contentType.type == "multipart" }
    /// Whether the declared type is that of a whole message.
    ///
    /// RFC 2046 §5.2.1, RFC 6532 §3.7.
    var isDeclaredMessage: Bool {
        contentType.type == "message" && (contentType.subtype == "rfc822" || contentType.subtype == "global")
    }
}

extension [Part] {
    /// The indices of the parts in each part, in order.
    var childIndices: [[Int]] {
        var children = [[Int]](repeating: [], count: count)
        for part in self {
            if let parent = part.parent { children[parent].append(part.index) }
        }
        return children
    }
}
