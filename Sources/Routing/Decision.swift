package import Mail

/// What RCPT is answered with.
package enum EarlyDecision: Equatable, Sendable {
    /// Some rule delivers or discards it for certain or possibly.
    case accept(Recipient)
    /// No rule can; `route` is the one whose text it is.
    case reject(text: String, route: String?)
}

/// What becomes of one recipient after the final dot.
package struct FinalDecision: Equatable, Sendable {
    /// The outcome.
    package let outcome: Outcome
    /// The routes whose regular expression gave up; that counted as *no match*, and the operator is warned.
    package let exhausted: [String]

    /// A decision of these parts.
    package init(_ outcome: Outcome, exhausted: [String] = []) {
        self.outcome = outcome
        self.exhausted = exhausted
    }

    /// What becomes of a recipient.
    package enum Outcome: Equatable, Sendable {
        /// Delivered by these routes; at least one.
        case deliver([RouteHit])
        /// Accepted and dropped, because this route says so.
        case discard(route: String)
        /// Refused with `text`, by `route` or because no rule matched.
        case reject(text: String, route: String?)
    }
}

/// One route that delivers a recipient.
package struct RouteHit: Equatable, Sendable {
    /// The route's name.
    package let route: String
    /// What the pattern's names caught.
    package let captures: [Capture]
    /// The endpoints it delivers to.
    package let endpoints: [String]
    /// Whether an endpoint decides the SMTP reply.
    package let answer: SynchronousAnswer?

    /// A hit of these parts.
    package init(route: String, captures: [Capture], endpoints: [String], answer: SynchronousAnswer? = nil) {
        self.route = route
        self.captures = captures
        self.endpoints = endpoints
        self.answer = answer
    }
}
