import Logging
import MIME
import Mail
import Routing
import SMTP
import Spool
import Telemetry

/// One message on its way from a session into the spool.
///
/// Event-loop-bound.
///
/// `append` while octets come; `finish` routes the message and hands it to the spool, whose commit is answered
/// through the relay; `abort` leaves nothing behind.
final class Intake: MessageIntake {
    let id: MessageID
    private let receiver: MailReceiver
    private let transaction: TransactionFacts
    private let isLMTP: Bool
    private let recipients: [Recipient]
    private let relay: CommitRelay
    private let token: UInt64
    private let snapshot: MailReceiver.Snapshot
    private let body: BodyWriter
    private var scanner: HeaderScanner
    /// The first octets, kept only where a rule asks about header fields.
    private var head: [UInt8] = []
    /// The same, parsed when the first rule asks: others ask again for every recipient.
    private lazy var parsedHead = try? MessageParser().parse(MemorySource(head))

    /// How much of a message the rules may look into for header fields.
    static let headLimit = 1 << 20

    init(
        _ receiver: MailReceiver, transaction: TransactionFacts, recipients: [Recipient], relay: CommitRelay,
        token: UInt64
    ) {
        self.receiver = receiver
        self.transaction = transaction
        isLMTP = transaction.session.mode == .lmtp
        self.recipients = recipients
        self.relay = relay
        self.token = token
        snapshot = receiver.current
        id = receiver.spool.mintID()
        body = receiver.spool.makeBody(for: id) { relay.resume(token) }
        scanner = HeaderScanner(hostname: snapshot.policy.hostname)
    }

    var isBehind: Bool { body.isBehind }

    var heldOctets: Int { body.heldOctets + head.count }

    func append(_ octets: Span<UInt8>) {
        scanner.scan(octets)
        if snapshot.policy.routes.needsContent, head.count < Self.headLimit { keepHead(octets) }
        unsafe octets.withUnsafeBytes { bytes in unsafe body.append(bytes) }
    }

    func abort() {
        body.abort()
    }

    func finish(transcript: [UInt8]) {
        scanner.finish()
        guard scanner.receivedFields <= snapshot.policy.receivedFields,
            scanner.ownFields < ReceptionPolicy.ownFields
        else {
            receiver.metrics.refused(.loop)
            receiver.logger.warning("mail loop", metadata: ["message": "\(id)"])
            return refuse(.loop)
        }
        let facts = CompleteFacts(known: KnownFacts(transaction), size: body.byteCount, headers: headerValues)
        let destinations = Destinations(recipients, by: snapshot.policy, facts: facts)
        warn(about: destinations.exhausted)
        if destinations.areAllRefused {
            receiver.metrics.refused(.content)
            for (recipient, reply) in zip(recipients, destinations.refusals) {
                guard let reply else { continue }
                _ = receiver.noted(reply, transaction, recipient: recipient.address)
            }
            return refuse(destinations.refusals)
        }
        if destinations.areAllDiscarded { return discard() }
        store(destinations, transcript: transcript)
    }

    private func store(_ destinations: Destinations, transcript: [UInt8]) {
        if isLMTP {
            relay.expect(token, perRecipient: destinations.refusals)
        }
        let receivedAt = WallClock.now()
        let envelope = Envelope(transaction, recipients: destinations.recipients)
        receiver.metrics.octets.add(body.byteCount)
        receiver.spool.accept(
            NewMessage(
                id: id, receivedAt: receivedAt, envelope: envelope, refused: destinations.refused,
                trace: Trace.received(
                    transaction, id: id, hostname: snapshot.policy.hostname, receivedAt: receivedAt),
                body: body, deliveries: destinations.deliveries, transcript: transcript),
            observer: relay, token: token)
        for refused in destinations.refused {
            receiver.logger.info(
                "recipient refused by content",
                metadata: ["message": "\(id)", "route": "\(refused.route ?? "-")"])
        }
    }

    /// Every recipient's route says `discard`: accepted, and nothing is kept.
    private func discard() {
        body.abort()
        receiver.metrics.discarded.add()
        receiver.logger.info("message discarded", metadata: ["message": "\(id)"])
        if isLMTP {
            relay.answer(token, .perRecipient(recipients.map { _ in .queued(id) }))
        } else {
            relay.answer(token, .accepted(id))
        }
    }

    private func refuse(_ replies: [Reply?]) {
        body.abort()
        if isLMTP {
            relay.answer(token, .perRecipient(replies.map { $0 ?? .noSuchMailbox }))
        } else {
            relay.answer(token, .refused(replies.compactMap(\.self).first ?? .noSuchMailbox))
        }
    }

    private func refuse(_ reply: Reply) {
        refuse(recipients.map { _ in reply })
    }

    private func keepHead(_ octets: Span<UInt8>) {
        let piece = octets.extracting(first: Self.headLimit - head.count)
        unsafe piece.withUnsafeBytes { unsafe head.append(contentsOf: $0) }  // Copied before it returns.
    }

    /// The decoded values of the header fields `name`, for rules on content.
    private func headerValues(_ name: String) -> [String] {
        parsedHead?.values(named: name) ?? []
    }

    private func warn(about routes: Set<String>) {
        for route in routes.sorted() {
            receiver.logger.warning(
                "regular expression reached its limit and counts as no match",
                metadata: ["message": "\(id)", "route": "\(route)"])
        }
    }
}

extension Envelope {
    /// The envelope of a transaction.
    init(_ transaction: TransactionFacts, recipients: [Recipient]) {
        let session = transaction.session
        self.init(
            mailFrom: transaction.reversePath?.text ?? "", recipients: recipients, listener: session.listener,
            helo: session.helo, remoteIP: session.peer.address?.description,
            remoteName: session.remoteName,
            tls: session.tls, auth: session.user, body: transaction.body, smtputf8: transaction.smtputf8,
            requireTLS: transaction.requireTLS)
    }
}
