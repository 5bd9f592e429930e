package import Mail

/// What a payload is made of, besides the message's octets.
package struct RenderRequest: Sendable {
    /// The message's id.
    package var id: MessageID
    /// When the final dot came: the payload's `timestamp`.
    package var receivedAt: Timestamp
    /// What SMTP said.
    package var envelope: Envelope
    /// The recipients of this delivery, with their routes; never those of another endpoint.
    package var recipients: [RoutedRecipient]
    /// The trace fields that stand in front of the octets, whole lines with CRLF; may be empty.
    package var trace: [UInt8]
    /// The SHA-256 of the octets as received.
    package var receivedSHA256: [UInt8]
    /// What the body is.
    package var format: PayloadFormat
    /// What `data.raw.content` holds.
    package var raw: RawInclusion

    /// A request of these parts.
    package init(
        id: MessageID, receivedAt: Timestamp, envelope: Envelope, recipients: [RoutedRecipient],
        trace: [UInt8],
        receivedSHA256: [UInt8], format: PayloadFormat = .transom, raw: RawInclusion = .none
    ) {
        self.id = id
        self.receivedAt = receivedAt
        self.envelope = envelope
        self.recipients = recipients
        self.trace = trace
        self.receivedSHA256 = receivedSHA256
        self.format = format
        self.raw = raw
    }
}
