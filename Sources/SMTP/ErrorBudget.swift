/// How much nonsense a session may still utter, RFC 5321 §7.8.
struct ErrorBudget {
    /// What is counted.
    enum Offence {
        /// A command that was refused.
        case error
        /// A recipient that was refused.
        case refusedRecipient
        /// An AUTH that failed.
        case authFailure
        /// A command that does no work.
        case idleCommand
    }

    /// What comes of it.
    enum Consequence {
        /// Nothing.
        case none
        /// The reply comes late.
        case delay
        /// The session ends.
        case end
    }

    private var errors = 0
    private var refusedRecipients = 0
    private var authFailures = 0
    private var idleCommands = 0

    /// Counts one offence.
    mutating func spend(_ offence: Offence, _ options: SessionOptions) -> Consequence {
        switch offence {
        case .error: Self.count(&errors, of: options.errors)
        case .refusedRecipient: Self.count(&refusedRecipients, of: options.refusedRecipients)
        case .authFailure: Self.count(&authFailures, of: options.authFailures) == .end ? .end : .delay
        case .idleCommand: Self.count(&idleCommands, of: options.idleCommands) == .end ? .end : .none
        }
    }

    /// A message was accepted: commands that did no work are forgiven.
    mutating func forgiveIdleCommands() {
        idleCommands = 0
    }

    private static func count(_ spent: inout Int, of allowed: Int) -> Consequence {
        spent += 1
        return spent >= allowed ? .end : spent * 2 > allowed ? .delay : .none
    }
}
