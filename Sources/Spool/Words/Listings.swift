package import Mail

/// A delivery as lists show it.
package struct DeliverySummary: Equatable, Sendable {
    /// The delivery, and the webhook id.
    package let id: DeliveryID
    /// The endpoint's name.
    package let endpoint: String
    /// Where it stands.
    package let state: DeliveryState
    /// Why it waits whatever its due time; empty unless it is ready and its endpoint is held.
    package let holds: EndpointState.Holds
    /// Attempts spent in this series.
    package let spent: Int
    /// Attempts of all series, interrupted ones too.
    package let attempts: Int
    /// Ready: when it is due; claimed: since when; delivered and dead: when it ended.
    package let at: Timestamp
    /// The delivery it repeats: `replay --new-id`, `replay --to`.
    package let origin: DeliveryID?
    /// Where it goes instead of to the endpoint's URL.
    package let url: String?
    /// What went wrong with its last attempt, in short: the HTTP status, the class of the error.
    ///
    /// `nil` when nothing did, when there was no attempt, and in lists of messages, which do not look.
    package let lastError: String?
}

/// A message as lists show it.
package struct MessageSummary: Equatable, Sendable {
    /// The message.
    package let id: MessageID
    /// The final dot.
    package let receivedAt: Timestamp
    /// What SMTP said.
    package let envelope: Envelope
    /// How many octets were received.
    package let size: Int
    /// Its deliveries, in order.
    package let deliveries: [DeliverySummary]
}

/// All that is known of a message.
package struct MessageDetails: Equatable, Sendable {
    /// What lists show.
    package let summary: MessageSummary
    /// Recipients that the rules on content refused.
    package let refused: [RefusedRecipient]
    /// The trace fields.
    package let trace: [UInt8]
    /// SHA-256 of the octets as received.
    package let sha256: [UInt8]
    /// Whether the octets are in a file of their own.
    package let isInFile: Bool
    /// The SMTP dialogue, if it was kept.
    package let transcript: [UInt8]?
}

/// All that is known of a delivery.
package struct DeliveryDetails: Equatable, Sendable {
    /// What lists show.
    package let summary: DeliverySummary
    /// Whom it is for.
    package let recipients: [RoutedRecipient]
    /// When the series began.
    package let seriesStart: Timestamp
    /// Its attempts, oldest first.
    package let attempts: [NumberedAttempt]
}

/// An attempt and its number.
package struct NumberedAttempt: Equatable, Sendable {
    /// From 1, over all series.
    package let number: Int
    /// What was tried.
    package let record: AttemptRecord
}

/// Which deliveries to list or to replay.
package struct DeliveryFilter: Equatable, Sendable {
    /// Only those in this state.
    package var state: DeliveryState?
    /// Only ready ones whose endpoint is held.
    package var isHeld = false
    /// Only those to this endpoint.
    package var endpoint: String?
    /// Only those of messages received from this instant on.
    package var since: Timestamp?
    /// Only those of this message.
    package var message: MessageID?

    /// Deliveries that match all that is given.
    package init(
        state: DeliveryState? = nil, endpoint: String? = nil, since: Timestamp? = nil,
        message: MessageID? = nil
    ) {
        self.state = state
        self.endpoint = endpoint
        self.since = since
        self.message = message
    }
}

/// Which messages to list, by their envelopes.
package struct MessageFilter: Equatable, Sendable {
    /// A part of the reverse-path; `<>`: messages without one.
    package var from: String?
    /// A part of the address of one of the recipients.
    package var to: String?

    /// Messages that match all that is given.
    package init(from: String? = nil, to: String? = nil) {
        self.from = from
        self.to = to
    }

    /// Whether it lets every message pass.
    package var isEmpty: Bool { from == nil && to == nil }
    /// Whether it wants messages without a reverse-path: bounces.
    var isNullSender: Bool { from == "<>" }
}

/// What a search among the messages found.
package struct MessagePage<View: Sendable>: Sendable {
    /// The messages, newest first.
    package var views: [View]
    /// The last message looked at, when the search gave up before the oldest one; `nil` when there is no older match.
    package var searchedTo: MessageID?
}
