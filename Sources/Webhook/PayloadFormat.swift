/// What the body of a delivery is.
package enum PayloadFormat: String, CaseIterable, Sendable {
    /// The JSON of `docs/webhook.md`.
    case transom
    /// The message itself as `message/rfc822`, as Rails' Action Mailbox and others take it.
    case rfc822

    /// The value of `content-type`.
    package var contentType: String {
        switch self {
        case .transom: "application/json"
        case .rfc822: "message/rfc822"
        }
    }
}

/// What `data.raw.content` holds.
package enum RawInclusion: String, CaseIterable, Sendable {
    /// Nothing.
    case none
    /// The whole message in base64.
    case inline
}
