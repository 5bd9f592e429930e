package import Logging
package import Mail
package import Routing
package import SMTP
package import Spool
import Synchronization
package import Telemetry

/// Accepts or refuses mail: the rules decide about recipients, the octets go into the spool, and after the commit
/// the sender hears `250`.
///
/// One object for all listeners and event loops. Nothing here waits: rules are a look-up, and the spool calls back.
package final class MailReceiver: MessageReceiver {
    let spool: MessageSpool
    let metrics: ReceptionMetrics
    let logger: Logger
    private let screener: Screener
    private let snapshot: Mutex<Snapshot>
    private let observers = Mutex<[ObjectIdentifier: CommitRelay]>([:])

    /// A receiver that stores into `spool` by `policy`; `resolver` is asked about clients where the policy wants it.
    package init(
        spool: MessageSpool, policy: ReceptionPolicy, resolver: (any BlocklistResolver)? = nil,
        clock: any Clock<Duration> = ContinuousClock(), registry: Registry, logger: Logger
    ) {
        self.spool = spool
        screener = Screener(
            spool: spool, resolver: resolver, clock: clock, registry: registry, logger: logger)
        snapshot = Mutex(Snapshot(policy))
        self.logger = logger
        metrics = ReceptionMetrics(registry)
    }

    /// Decides by `policy` from the next RCPT on.
    package func reconfigure(_ policy: ReceptionPolicy) {
        let new = Snapshot(policy)
        snapshot.withLock { $0 = new }
        screener.forgetReports()
    }

    /// Looks at clients more closely, where the policy wants it, until it is cancelled.
    package func screen() async {
        await screener.run()
    }

    /// What `<Postmaster>` stands for.
    package var postmaster: EmailAddress { current.policy.postmaster }

    /// The policy in force.
    var current: Snapshot { snapshot.withLock { $0 } }

    /// A policy that its readers share: it is asked several times for each message, and copying all of it costs more
    /// than the answers.
    final class Snapshot: Sendable {
        /// The policy.
        let policy: ReceptionPolicy

        init(_ policy: ReceptionPolicy) { self.policy = policy }
    }

    /// Refuses while the spool is full, and a user who sends as somebody else.
    package func refusalAtMail(_ transaction: TransactionFacts) -> Reply? {
        guard spool.hasRoom else {
            metrics.refused(.noSpace)
            return noted(.spoolFull, transaction)
        }
        guard current.policy.allows(sender: transaction.reversePath, of: transaction.session.user) else {
            metrics.refused(.sender)
            return noted(.notYourAddress, transaction)
        }
        return nil
    }

    /// Asks the rules, which is a look-up; only where the client is screened the answer comes later.
    package func verdict(
        for recipient: EmailAddress, in transaction: TransactionFacts, mailbox: any ReplyMailbox,
        token: UInt64
    ) -> RecipientVerdict {
        let current = current
        switch current.policy.routes.decide(recipient: recipient, facts: KnownFacts(transaction)) {
        case .accept(let accepted):
            guard !current.policy.screening.isOff, recipient.local.lowercased() != "postmaster",
                let client = current.policy.screening.client(of: transaction)
            else { return .accept(accepted) }
            let question = Screener.Question(
                options: current.policy.screening, client: client,
                sender: transaction.reversePath?.comparisonKey ?? "", recipient: accepted, mailbox: mailbox,
                token: token)
            return screener.ask(question) ? .later : .accept(accepted)
        case .reject(let text, _):
            metrics.refused(.recipient)
            return .refuse(
                noted(Reply(refusal: text) ?? .noSuchMailbox, transaction, recipient: recipient.text))
        }
    }

    /// The answer to "they say we bounced it": who was refused what, with addresses, and so for `debug` alone.
    func noted(_ reply: Reply, _ transaction: TransactionFacts, recipient: String = "") -> Reply {
        let session = transaction.session
        logger.debug(
            "refused",
            metadata: [
                "listener": "\(session.listener)",
                "client": "\(session.peer.address?.description ?? "local")",
                "sender": "<\(transaction.reversePath?.text ?? "")>", "recipient": "<\(recipient)>",
                "reply": "\(reply)",
            ])
        return reply
    }

    /// Opens a place in the spool for the octets.
    package func begin(
        _ transaction: TransactionFacts, recipients: [Recipient], mailbox: any ReplyMailbox, token: UInt64
    ) throws(RefusedTransaction) -> any MessageIntake {
        guard spool.hasRoom else {
            metrics.refused(.noSpace)
            throw RefusedTransaction(.spoolFull)
        }
        return Intake(
            self, transaction: transaction, recipients: recipients, relay: relay(to: mailbox), token: token)
    }

    /// The observer that turns commits into replies for `mailbox`; one for each event loop, kept for good.
    private func relay(to mailbox: any ReplyMailbox) -> CommitRelay {
        observers.withLock { observers in
            let key = ObjectIdentifier(mailbox)
            if let known = observers[key] { return known }
            let relay = CommitRelay(mailbox, metrics: metrics, logger: logger)
            observers[key] = relay
            return relay
        }
    }
}

/// What reception is configured to do.
package struct ReceptionPolicy: Sendable {
    /// Our own name, for trace fields and the loop check.
    package var hostname: String
    /// What `<Postmaster>` stands for.
    package var postmaster: EmailAddress
    /// The rules.
    package var routes: RoutingTable
    /// The endpoints that get one delivery for each recipient (`fan_out: recipient`).
    package var fansOut: Set<String>
    /// How many `Received:` fields a message may have.
    ///
    /// RFC 5321 §6.3.
    package var receivedFields: Int
    /// What each user may send as (`auth.senders`); a user without an entry may send as anybody.
    package var senders: [String: [AddressPattern]] = [:]

    /// Which clients are looked at more closely.
    package var screening = ScreeningOptions()

    /// In how many of them our own name means a loop, whatever the limit.
    package static let ownFields = 20

    /// A policy of these parts.
    package init(
        hostname: String, postmaster: EmailAddress, routes: RoutingTable, fansOut: Set<String> = [],
        receivedFields: Int = 100
    ) {
        self.hostname = hostname
        self.postmaster = postmaster
        self.routes = routes
        self.fansOut = fansOut
        self.receivedFields = receivedFields
    }

    /// Whether `user` may send as `sender`; the null sender belongs to everybody, and who is not a user is not asked.
    func allows(sender: EmailAddress?, of user: String?) -> Bool {
        guard let user, let sender, let patterns = senders[user] else { return true }
        return patterns.contains { $0.matches(sender) }
    }
}

extension KnownFacts {
    /// What the rules may ask about `transaction`.
    init(_ transaction: TransactionFacts) {
        let session = transaction.session
        self.init(
            sender: transaction.reversePath, client: session.peer.address,
            listener: session.listener, user: session.user,
            declaredSize: transaction.declaredSize)
    }
}
