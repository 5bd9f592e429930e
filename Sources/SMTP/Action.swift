package import Mail

/// What a session wants done next.
///
/// Whoever drives it performs this and decides nothing.
package enum Action: Equatable, Sendable {
    /// All that makes sense was consumed: read on.
    case read
    /// Somebody else must answer first. Keep the input, read no more, and call none but the method that answers.
    case wait
    /// Send this.
    case reply(Reply)
    /// Send this after a while, and take no input before.
    case replyLate(Reply, Duration)
    /// Send these.
    case replies([Reply])
    /// Send this, if anything, and close.
    case close(Reply?)
    /// The PROXY header named this peer: check its limits and call `open()`, or close.
    case admit(Peer)
    /// Ask `MessageReceiver.refusalAtMail` and call `senderChecked`.
    case checkSender(TransactionFacts)
    /// Ask `MessageReceiver.verdict` and call `judged`.
    case judge(EmailAddress, TransactionFacts)
    /// Ask `MessageReceiver.begin` and call `begun`.
    case begin(TransactionFacts, [Recipient])
    /// Append these octets of the input to the message.
    case append(Range<Int>)
    /// Finish the message; when its fate is known call `concluded`.
    case finish(transcript: [UInt8])
    /// Send this, if anything, start TLS, and call `tlsEstablished`.
    case startTLS(Reply?)
    /// Begin a SASL exchange and call `authenticated` with its outcome.
    case authenticate(mechanism: String, initialResponse: [UInt8]?)
    /// Continue the SASL exchange and call `authenticated` with its outcome.
    case respond([UInt8])
}

/// One step of a session through its input.
package struct Step: Equatable, Sendable {
    /// How many octets at the front of the input are done with once the action is performed.
    package let consumed: Int
    /// Whether the message that was being received ends here without an end: abort it before all else.
    package let abandonsMessage: Bool
    /// What to do.
    package let action: Action
}

/// What a SASL exchange answers to a client's message.
package enum AuthenticationOutcome: Equatable, Sendable {
    /// The next challenge; may be empty.
    case challenge([UInt8])
    /// The exchange succeeded for this user.
    case succeeded(user: String)
    /// Wrong credentials, an unknown user or a broken message: one and the same to the client.
    case failed
    /// The exchange could not be carried out. RFC 4954 §4.7.
    case unavailable
}

/// What a session waits for; the driver keeps the time.
package enum Patience: Equatable, Sendable {
    /// The PROXY header.
    case proxyHeader
    /// The TLS handshake.
    case handshake
    /// A command or a SASL response.
    case command
    /// The octets of a message.
    case message
    /// Our own side: a verdict, a commit, a password check. The peer is not to blame.
    case ourselves
    /// Nothing: the session is over.
    case nothing
}
