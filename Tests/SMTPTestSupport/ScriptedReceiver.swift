package import Mail
package import SMTP
internal import Synchronization

/// A receiver in memory: takes mail for `@bridge.test` and keeps it. Some local parts have a part to play:
///
/// | address | what happens |
/// |---|---|
/// | `full@…` as sender | 452 at MAIL |
/// | `late@…` as sender | 451 at DATA or BDAT |
/// | `reject@…` as sender | 550 after the final dot |
/// | `nobody…@bridge.test` | 550 at RCPT |
/// | `grey@bridge.test` | 450 at RCPT |
/// | `slow@bridge.test` | accepted, but later |
package final class ScriptedReceiver: MessageReceiver {
    /// A message that was finished.
    package struct Message: Sendable {
        /// What MAIL said.
        package let facts: TransactionFacts
        /// The accepted recipients.
        package let recipients: [Recipient]
        /// The octets.
        package let octets: [UInt8]
        /// The dialogue that led to it.
        package let transcript: String
    }

    /// A receiver that has nothing yet.
    package init() {}

    private struct State {
        var messages: [Message] = []
        var aborted = 0
        var key: Int64 = 0
    }

    private let state = Mutex(State())
    package let postmaster = EmailAddress(local: "postmaster", domain: "bridge.test")

    /// What was accepted so far.
    package var messages: [Message] { state.withLock(\.messages) }
    /// How many messages were aborted so far.
    package var aborted: Int { state.withLock(\.aborted) }

    package func refusalAtMail(_ transaction: TransactionFacts) -> Reply? {
        transaction.reversePath?.local == "full" ? Reply(452, "4.3.1", "Spool is full") : nil
    }

    package func verdict(
        for recipient: EmailAddress, in transaction: TransactionFacts, mailbox: any ReplyMailbox,
        token: UInt64
    ) -> RecipientVerdict {
        if recipient.local == "grey" { return .refuse(Reply(450, "4.2.0", "Try again later")) }
        if recipient.local == "slow" {
            mailbox.answer(token, .accept(Self.recipient(recipient)))
            return .later
        }
        guard recipient.domain == "bridge.test", !recipient.local.hasPrefix("nobody") else {
            return .refuse(Reply(550, "5.1.1", "No such mailbox"))
        }
        return .accept(Self.recipient(recipient))
    }

    package func begin(
        _ transaction: TransactionFacts, recipients: [Recipient], mailbox: any ReplyMailbox, token: UInt64
    ) throws(RefusedTransaction) -> any MessageIntake {
        if transaction.reversePath?.local == "late" {
            throw RefusedTransaction(Reply(451, "4.3.0", "Not now"))
        }
        let key = state.withLock { state in
            state.key += 1
            return state.key
        }
        let id = MessageID(key: key, salt: SpoolSalt(high: 0, low: 0))
        return Intake(
            id: id, facts: transaction, recipients: recipients, mailbox: mailbox, token: token, receiver: self
        )
    }

    func keep(_ message: Message) {
        state.withLock { $0.messages.append(message) }
    }

    func noteAbort() {
        state.withLock { $0.aborted += 1 }
    }

    private static func recipient(_ address: EmailAddress) -> Recipient {
        Recipient(address: address.text, local: address.local, tag: nil, domain: address.domain)
    }

    private final class Intake: MessageIntake {
        let id: MessageID
        let facts: TransactionFacts
        let recipients: [Recipient]
        let mailbox: any ReplyMailbox
        let token: UInt64
        let receiver: ScriptedReceiver
        var octets: [UInt8] = []
        let isBehind = false
        var heldOctets: Int { octets.count }

        init(
            id: MessageID, facts: TransactionFacts, recipients: [Recipient], mailbox: any ReplyMailbox,
            token: UInt64, receiver: ScriptedReceiver
        ) {
            self.id = id
            self.facts = facts
            self.recipients = recipients
            self.mailbox = mailbox
            self.token = token
            self.receiver = receiver
        }

        func append(_ octets: Span<UInt8>) {
            for index in octets.indices { self.octets.append(octets[index]) }
        }

        func finish(transcript: [UInt8]) {
            guard facts.reversePath?.local != "reject" else {
                let reply = Reply(550, "5.7.1", "Not wanted")
                return mailbox.deliver([TransactionOutcome(token: token, .refused(reply))])
            }
            receiver.keep(
                Message(
                    facts: facts, recipients: recipients, octets: octets,
                    transcript: String(decoding: transcript, as: UTF8.self)))
            mailbox.deliver([TransactionOutcome(token: token, .accepted(id))])
        }

        func abort() {
            receiver.noteAbort()
        }
    }
}
