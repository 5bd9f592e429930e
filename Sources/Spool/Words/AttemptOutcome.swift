package import Mail

/// What became of one claim.
package struct AttemptOutcome: Sendable {
    /// The delivery.
    package var delivery: DeliveryID
    /// `ClaimedDelivery.attempt`; an outcome of another attempt than the open one is dropped.
    package var attempt: Int
    /// What was tried; `nil` when nothing was and the claim is only given back.
    package var record: AttemptRecord?
    /// What the delivery is afterwards.
    package var next: NextStep

    /// The outcome of `attempt` of `delivery`.
    package init(delivery: DeliveryID, attempt: Int, record: AttemptRecord?, next: NextStep) {
        self.delivery = delivery
        self.attempt = attempt
        self.record = record
        self.next = next
    }

    /// The state an outcome leads to.
    package enum NextStep: Equatable, Sendable {
        /// A 2xx came.
        case delivered(at: Timestamp)
        /// Due again at `due`; `isSpent`: the attempt counts.
        case ready(due: Timestamp, isSpent: Bool)
        /// Given up.
        case dead(at: Timestamp)
    }
}

/// One attempt as it is kept.
package struct AttemptRecord: Equatable, Sendable {
    /// When it began.
    package var startedAt: Timestamp
    /// How it ended.
    package var result: Result
    /// The HTTP status; `nil` without one.
    package var status: Int?
    /// What the time went into.
    package var timings: Timings
    /// The address that was dialled.
    package var address: String?
    /// The first octets of the response's body.
    package var response: [UInt8]
    /// The class of the error, in kebab-case: `timed-out`, `connection-refused`.
    package var error: String?

    /// An attempt of these parts.
    package init(
        startedAt: Timestamp, result: Result, status: Int? = nil, timings: Timings = Timings(),
        address: String? = nil, response: [UInt8] = [], error: String? = nil
    ) {
        self.startedAt = startedAt
        self.result = result
        self.status = status
        self.timings = timings
        self.address = address
        self.response = response
        self.error = error
    }

    /// How an attempt ended.
    ///
    /// The numbers are stored.
    package enum Result: Int, Sendable, CaseIterable {
        /// A 2xx.
        case delivered = 0
        /// Another answer, or none.
        case failed = 1
        /// The endpoint asked for a pause; not counted.
        case deferred = 2
        /// The process ended before the outcome was known; not counted.
        case interrupted = 3
    }

    /// Milliseconds from the start of an attempt to its milestones; `nil` for one that was not reached.
    package struct Timings: Equatable, Sendable {
        /// The name was resolved.
        package var resolved: Int?
        /// The connection stood.
        package var connected: Int?
        /// TLS stood.
        package var secured: Int?
        /// The first octet of the response came.
        package var answered: Int?
        /// It was over.
        package var ended: Int?

        /// The milestones of an attempt.
        package init(
            resolved: Int? = nil, connected: Int? = nil, secured: Int? = nil, answered: Int? = nil,
            ended: Int? = nil
        ) {
            self.resolved = resolved
            self.connected = connected
            self.secured = secured
            self.answered = answered
            self.ended = ended
        }
    }
}
