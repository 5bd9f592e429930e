package import HTTPTransfer
package import Mail

/// What an answer means, for the delivery and for the endpoint.
package struct Judgement: Equatable, Sendable {
    /// What becomes of the delivery.
    package var fate: Fate
    /// What the endpoint asked for.
    package var order: Order

    /// A judgement of these parts.
    package init(_ fate: Fate, _ order: Order = .none) {
        self.fate = fate
        self.order = order
    }

    /// What becomes of a delivery.
    package enum Fate: Equatable, Sendable {
        /// It has arrived.
        case delivered
        /// The attempt is spent; the schedule says when the next is due.
        case retry
        /// The attempt does not count.
        case giveBack
        /// It ends here and is kept.
        case dead(Cause)
    }

    /// Why a delivery ends without another attempt.
    package enum Cause: String, Equatable, Sendable {
        /// The receiver said `webhook-delivery: abort-message`.
        case aborted = "aborted by the receiver"
        /// The operator listed the status as permanent.
        case permanent = "permanent status"
        /// The time of the schedule is up.
        case expired = "gave up"
    }

    /// What an answer says about the whole endpoint.
    package enum Order: Equatable, Sendable {
        /// Nothing.
        case none
        /// It wants nothing more, until the operator resumes it.
        case disable
        /// It wants nothing for a while; `nil` when it did not say how long.
        case pause(Duration?)
    }
}

/// The table of answers, `docs/delivery.md`.
package struct AnswerPolicy: Sendable {
    /// Statuses that end a delivery at once: the operator's choice.
    private let permanent: Set<Int>

    /// A policy with these `permanent` statuses.
    package init(permanent: Set<Int> = []) {
        self.permanent = permanent
    }

    /// What `outcome` means at `now`.
    package func judge(_ outcome: TransferResult.Outcome, now: Timestamp) -> Judgement {
        switch outcome {
        case .response(let response): judge(response, now: now)
        case .failed(.interrupted): Judgement(.giveBack)
        case .failed: Judgement(.retry)
        }
    }

    private func judge(_ response: TransferResponse, now: Timestamp) -> Judgement {
        let control = response.headers.first("webhook-delivery").map(asciiLowercased)
        let order: Judgement.Order = control == "disable" ? .disable : .none
        if (200...299).contains(response.status) { return Judgement(.delivered, order) }
        if control == "abort-message" { return Judgement(.dead(.aborted)) }
        if permanent.contains(response.status) { return Judgement(.dead(.permanent), order) }
        if response.status == 410 || order == .disable { return Judgement(.giveBack, .disable) }
        let pause = response.headers.first("retry-after").flatMap { RetryAfter.pause($0, now: now) }
        switch response.status {
        case 429: return Judgement(.giveBack, .pause(pause))
        case 503 where pause != nil: return Judgement(.giveBack, .pause(pause))
        // Known gap: 413 will switch once to attachments by link when there are links.
        default: return Judgement(.retry)
        }
    }
}
