package import Mail

/// A delivery in the hands of its sender: stored as claimed until an outcome is recorded.
package struct ClaimedDelivery: Sendable {
    /// The delivery, and the webhook id.
    package let id: DeliveryID
    /// The endpoint's name.
    package let endpoint: String
    /// Whom it is for.
    package let recipients: [RoutedRecipient]
    /// The number of the attempt this claim is for, from 1 over all series; outcomes name it.
    package let attempt: Int
    /// Attempts already spent in this series.
    package let spent: Int
    /// When the series began: acceptance, or the replay.
    package var seriesStart: Timestamp
    /// The endpoint's held time when the series began (`EndpointState.heldTime`): what has been added to it since
    /// does not count for `give_up_after`.
    package let heldBefore: Duration
    /// Where it goes instead of to the endpoint's URL: `replay --to`.
    package let url: String?
    /// The message.
    package let message: StoredMessage
}

/// A message in the spool.
///
/// Shared by all its deliveries and never changed (invariant 2).
package final class StoredMessage: Sendable {
    /// Its id.
    package let id: MessageID
    /// The final dot.
    package let receivedAt: Timestamp
    /// What SMTP said.
    package let envelope: Envelope
    /// The trace fields in front of the octets.
    package let trace: [UInt8]
    /// SHA-256 of the octets as received.
    package let sha256: [UInt8]
    /// The octets as received.
    package let octets: SpooledOctets

    /// A message of these parts.
    package init(
        id: MessageID, receivedAt: Timestamp, envelope: Envelope, trace: [UInt8], sha256: [UInt8],
        octets: SpooledOctets
    ) {
        self.id = id
        self.receivedAt = receivedAt
        self.envelope = envelope
        self.trace = trace
        self.sha256 = sha256
        self.octets = octets
    }

    /// How many octets were received.
    package var size: Int { octets.count }
}
