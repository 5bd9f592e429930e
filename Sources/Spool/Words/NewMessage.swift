package import Mail

/// A message whose final dot has come, on its way into the spool.
package struct NewMessage: Sendable {
    /// The id minted when its first octet was due.
    package var id: MessageID
    /// The final dot.
    package var receivedAt: Timestamp
    /// What SMTP said.
    package var envelope: Envelope
    /// Recipients that the rules on content refused.
    package var refused: [RefusedRecipient]
    /// The trace fields that stand in front of the octets in everything that leaves.
    package var trace: [UInt8]
    /// The octets.
    package var body: BodyWriter
    /// One delivery for each POST; numbered from 1 in this order.
    package var deliveries: [NewDelivery]
    /// The SMTP dialogue, for `messages show --session`.
    package var transcript: [UInt8]?

    /// A message of these parts.
    package init(
        id: MessageID, receivedAt: Timestamp, envelope: Envelope, refused: [RefusedRecipient] = [],
        trace: [UInt8], body: BodyWriter, deliveries: [NewDelivery], transcript: [UInt8]? = nil
    ) {
        self.id = id
        self.receivedAt = receivedAt
        self.envelope = envelope
        self.refused = refused
        self.trace = trace
        self.body = body
        self.deliveries = deliveries
        self.transcript = transcript
    }
}

/// What one endpoint is to get of a new message.
package struct NewDelivery: Equatable, Sendable {
    /// The endpoint's name.
    package var endpoint: String
    /// The recipients whose routes lead there, in the order of RCPT.
    package var recipients: [RoutedRecipient]

    /// A delivery to `endpoint` for `recipients`.
    package init(endpoint: String, recipients: [RoutedRecipient]) {
        self.endpoint = endpoint
        self.recipients = recipients
    }
}
