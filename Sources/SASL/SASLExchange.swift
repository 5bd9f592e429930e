import Synchronization

/// What the server does next in an exchange.
package enum SASLStep: Sendable, Equatable {
    /// Send these octets and wait for the client's.
    case challenge([UInt8])
    /// The client is `user`.
    case succeeded(user: String)
    /// It is over. Nothing tells an unknown user from a wrong password.
    case failed(SASLFailure)
}

/// Why an exchange failed.
package enum SASLFailure: Sendable, Equatable {
    /// The credentials do not hold, or the client tried what it must not.
    case rejected
    /// The client's message is not what the mechanism allows.
    case malformed
    /// Our side cannot check at the moment.
    case unavailable
}

/// One attempt to authenticate.
///
/// One step at a time, on any thread.
package final class SASLExchange: Sendable {
    /// The mechanism the client chose.
    package let mechanism: SASLMechanism
    /// Whether a step takes milliseconds of computing (PBKDF2 for PLAIN and LOGIN, about 8 ms) or reads files and may ask
    /// the DNS (GSSAPI): such steps belong on a thread pool, not on an event loop.
    package let mayBlock: Bool
    private let dialogue: Mutex<SASLDialogue>

    /// Longest message of a client: a Kerberos ticket with all its groups fits.
    package static let messageLimit = 64 << 10

    init(_ dialogue: sending SASLDialogue, mechanism: SASLMechanism, mayBlock: Bool) {
        self.mechanism = mechanism
        self.mayBlock = mayBlock
        self.dialogue = Mutex(dialogue)
    }

    /// Takes the client's message: nil when AUTH came without an initial response, empty for an empty one.
    package func step(_ message: [UInt8]?) -> SASLStep {
        dialogue.withLock { $0.step(message) }
    }
}
