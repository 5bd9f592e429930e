import Mail

/// One entry of `routes:`: for whom it is, on what conditions, and what happens then.
package struct Rule: Sendable {
    /// The route's name; `route-1`, `route-2`, … by position where none was given.
    package let name: String
    /// The recipients it is for, any of them; `nil` stands for every recipient.
    package let recipients: [RecipientMatcher]?
    /// What must hold besides, all of it.
    package let conditions: [Condition]
    /// What happens to a recipient it matches.
    package let action: Action
    /// Whether the rules behind it are tried too.
    package let continues: Bool

    /// A rule of these parts.
    package init(
        name: String, recipients: [RecipientMatcher]?, conditions: [Condition] = [], action: Action,
        continues: Bool = false
    ) {
        self.name = name
        self.recipients = recipients
        self.conditions = conditions
        self.action = action
        self.continues = continues
    }

    /// What happens to a recipient that a rule matches.
    package enum Action: Equatable, Sendable {
        /// It is delivered to these endpoints.
        case deliver(endpoints: [String], answer: SynchronousAnswer?)
        /// It is accepted, and nothing is delivered.
        case discard
        /// It is refused with this reply, which carries both codes.
        case reject(text: String)
    }

    /// Whether it can only be decided when the message is there.
    package var needsContent: Bool { conditions.contains(where: \.needsContent) }
}

/// Which recipients a rule is for.
package enum RecipientMatcher: Sendable {
    /// One pattern.
    case pattern(AddressPattern)
    /// The addresses of a file, hashed.
    case list(AddressList)
}

/// `answer: after-delivery`: the status of an endpoint decides the SMTP reply.
package struct SynchronousAnswer: Hashable, Sendable {
    /// The endpoint that decides.
    package let endpoint: String
    /// The statuses that refuse the message for good; every other one than 2xx refuses it for now.
    package let rejectOn: [Int]
    /// How long the sender waits.
    package let limit: Duration

    /// `endpoint` decides within `limit`.
    package init(endpoint: String, rejectOn: [Int] = standardRejections, limit: Duration = .seconds(25)) {
        self.endpoint = endpoint
        self.rejectOn = rejectOn
        self.limit = limit
    }

    /// The statuses that refuse for good where `reject_on` is not given.
    package static let standardRejections = [400, 403, 406, 410, 413, 415, 422]
}
