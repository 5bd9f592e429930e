import MIME
package import Mail

/// What `transom parse` is told besides the message: an envelope that no SMTP session made.
///
/// The same message and the same request give the same octets, always.
package struct ParseRequest: Sendable {
    /// The name that stands for a listener.
    package static let listener = "parse"

    /// The sender; `nil` takes the message's Return-Path, or the null sender when there is none.
    package var mailFrom: String?
    /// The recipients.
    package var recipients: [Recipient]
    /// The client's address.
    package var remoteIP: String?
    /// What the client called itself.
    package var helo: String
    /// The payload's `timestamp`.
    package var now: Timestamp
    /// What is made of the message.
    package var format: PayloadFormat
    /// What `data.raw.content` holds.
    package var raw: RawInclusion

    /// A request of these parts.
    package init(
        mailFrom: String? = nil, recipients: [Recipient] = [], remoteIP: String? = nil, helo: String = "",
        now: Timestamp, format: PayloadFormat = .transom, raw: RawInclusion = .none
    ) {
        self.mailFrom = mailFrom
        self.recipients = recipients
        self.remoteIP = remoteIP
        self.helo = helo
        self.now = now
        self.format = format
        self.raw = raw
    }
}
