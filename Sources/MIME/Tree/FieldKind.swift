/// The fields this room knows by name.
package enum FieldKind: UInt8, Sendable {
    /// `Subject`.
    case subject
    /// `From`.
    case from
    /// `Sender`.
    case sender
    /// `Reply-To`.
    case replyTo
    /// `To`.
    case to
    /// `Cc`.
    case cc
    /// `Bcc`.
    case bcc
    /// `Date`.
    case date
    /// `Message-ID`.
    case messageID
    /// `In-Reply-To`.
    case inReplyTo
    /// `References`.
    case references
    /// `Return-Path`.
    case returnPath
    /// `Content-Type`.
    case contentType
    /// `Content-Transfer-Encoding`.
    case contentTransferEncoding
    /// `Content-Disposition`.
    case contentDisposition
    /// `Content-ID`.
    case contentID
    /// Any other field.
    case other

    /// The kind of the field called `name`, in whatever case.
    init(name: Span<UInt8>) {
        self = .other
        for (text, kind) in Self.names where name.equalsIgnoringCase(text) {
            self = kind
            return
        }
    }

    /// Whether RFC 5322 §3.6 or RFC 2045 allow the field once only, and the first one counts.
    var isSingleton: Bool {
        switch self {
        case .subject, .from, .sender, .replyTo, .date, .messageID, .inReplyTo, .references, .contentType,
            .contentTransferEncoding, .contentDisposition, .contentID:
            true
        case .to, .cc, .bcc, .returnPath, .other: false
        }
    }

    private static let names: [(StaticString, FieldKind)] = [
        ("subject", .subject), ("from", .from), ("sender", .sender), ("reply-to", .replyTo), ("to", .to),
        ("cc", .cc), ("bcc", .bcc), ("date", .date), ("message-id", .messageID), ("in-reply-to", .inReplyTo),
        ("references", .references), ("return-path", .returnPath), ("content-type", .contentType),
        ("content-transfer-encoding", .contentTransferEncoding), ("content-disposition", .contentDisposition),
        ("content-id", .contentID),
    ]
}
