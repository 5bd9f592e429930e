package import Mail

/// What is known of a transaction when RCPT is answered.
package struct KnownFacts: Sendable {
    /// The reverse-path; `nil` for the null sender.
    package var sender: EmailAddress?
    /// The peer's address; `nil` for a Unix socket.
    package var client: IPAddress?
    /// The listener's name.
    package var listener: String
    /// The authenticated user.
    package var user: String?
    /// What SIZE= declared.
    ///
    /// RFC 1870 §5.
    package var declaredSize: Int?

    /// Facts of these parts.
    package init(
        sender: EmailAddress?, client: IPAddress?, listener: String, user: String? = nil,
        declaredSize: Int? = nil
    ) {
        self.sender = sender
        self.client = client
        self.listener = listener
        self.user = user
        self.declaredSize = declaredSize
    }
}

/// What is known of a message after its final dot.
///
/// Headers and verdicts are asked for only when a rule needs them, so `headers` may parse at its first call.
package struct CompleteFacts {
    /// What was known before.
    package var known: KnownFacts
    /// The octets received.
    package var size: Int
    /// The decoded, unfolded values of every field of a name, whose case does not matter, in order.
    package var headers: (String) -> [String]
    /// The result of an evaluation; `nil` when it was not made.
    package var verdict: (Verdict) -> String?

    /// Facts of these parts.
    package init(
        known: KnownFacts, size: Int, headers: @escaping (String) -> [String],
        verdict: @escaping (Verdict) -> String? = { _ in nil }
    ) {
        self.known = known
        self.size = size
        self.headers = headers
        self.verdict = verdict
    }
}
