package import Mail

/// What SMTP needs from the rest of the program: somebody who decides about recipients and takes messages.
///
/// One object serves all listeners. Its methods are called on event loops and must not block: what takes time is
/// answered later, through the mailbox.
package protocol MessageReceiver: AnyObject, Sendable {
    /// The mailbox that `<Postmaster>` without a domain stands for. RFC 5321 §4.5.1.
    var postmaster: EmailAddress { get }

    /// Asked at MAIL: `nil`, or the reply that refuses the transaction (spool full, sender not this user's).
    func refusalAtMail(_ transaction: TransactionFacts) -> Reply?

    /// Asked at RCPT. After `.later` the answer comes through `mailbox.answer(token, …)`, and the session waits.
    func verdict(
        for recipient: EmailAddress, in transaction: TransactionFacts, mailbox: any ReplyMailbox,
        token: UInt64
    ) -> RecipientVerdict

    /// DATA or the first BDAT was accepted. `recipients` has one element for each accepted RCPT, in order, a
    /// repeated address as often as it was said. The outcome goes to `mailbox` under `token`.
    func begin(
        _ transaction: TransactionFacts, recipients: [Recipient], mailbox: any ReplyMailbox, token: UInt64
    ) throws(RefusedTransaction) -> any MessageIntake
}

/// What happens to one RCPT.
package enum RecipientVerdict: Equatable, Sendable {
    /// 250, and this is the recipient.
    case accept(Recipient)
    /// The reply says why not.
    case refuse(Reply)
    /// Not known yet; the answer comes through the mailbox.
    case later
}

/// A message that is refused before its first octet.
package struct RefusedTransaction: Error, Equatable, Sendable {
    /// The reply to DATA or BDAT.
    package let reply: Reply

    /// Refused with `reply`.
    package init(_ reply: Reply) {
        self.reply = reply
    }
}

/// A message on its way in.
///
/// Event-loop-bound.
///
/// After `finish` or `abort` nothing more is called.
package protocol MessageIntake: AnyObject {
    /// The id under which it will be stored.
    var id: MessageID { get }

    /// Takes the next octets, un-stuffed and exactly as received; the callee copies them before it returns.
    func append(_ octets: Span<UInt8>)

    /// Whether what was appended waits for the disk. The handler then stops reading until `mailbox.resume(token)`.
    var isBehind: Bool { get }

    /// About how many octets of the message are in memory: they count against the memory of all sessions.
    var heldOctets: Int { get }

    /// The message is complete. The outcome comes through the mailbox, after the commit (invariant 1 of the spool).
    /// `transcript` is the dialogue that led to it, secrets masked.
    func finish(transcript: [UInt8])

    /// The message ends without an end: connection lost, RSET, too large. Nothing of it is kept.
    func abort()
}

/// Where outcomes return to the event loop that waits for them.
///
/// Thread-safe, one for each loop; a batch costs one wake-up. Tokens of sessions that are gone are ignored.
package protocol ReplyMailbox: AnyObject, Sendable {
    /// The fates of finished messages.
    func deliver(_ outcomes: [TransactionOutcome])

    /// The answer to a `RecipientVerdict.later`; `.later` again is taken as a temporary refusal.
    func answer(_ token: UInt64, _ verdict: RecipientVerdict)

    /// The intake of this token is no longer behind.
    func resume(_ token: UInt64)

    /// Does `work` on the loop, after what came before it was answered; at once when the loop is about to end.
    func execute(_ work: @escaping @Sendable () -> Void)
}

/// The fate of one finished message.
package struct TransactionOutcome: Equatable, Sendable {
    /// The token given to `MessageReceiver.begin`.
    package let token: UInt64
    /// What became of the message.
    package let fate: Fate

    /// The message of `token` met this fate.
    package init(token: UInt64, _ fate: Fate) {
        self.token = token
        self.fate = fate
    }

    /// What became of a message.
    package enum Fate: Equatable, Sendable {
        /// Durably stored: `250 2.0.0 Ok: queued as msg_…`.
        case accepted(MessageID)
        /// Not stored; the reply says why.
        case refused(Reply)
        /// LMTP: one reply for each recipient given to `begin`, in that order. RFC 2033 §4.2.
        case perRecipient([Reply])
    }
}
