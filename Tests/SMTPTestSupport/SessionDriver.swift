internal import Mail
package import SMTP
internal import Synchronization

/// Performs a session's actions in memory: what `SMTPServer` does with sockets, without any.
package final class SessionDriver {
    /// The session.
    package var session: Session
    /// Who takes the messages.
    package let receiver: ScriptedReceiver
    /// What was answered and not looked at yet.
    package private(set) var replies: [Reply] = []
    /// Whether the session was closed.
    package private(set) var isClosed = false
    /// How often a reply was held back.
    package private(set) var delays = 0

    private var input: [UInt8] = []
    private var intake: (any MessageIntake)?
    private var isWaiting = false
    private let mailbox = MemoryMailbox()
    private var user: String?

    /// A session of these facts with the mechanisms `PLAIN` and `LOGIN` where they may be used: the user `tester`
    /// has the password `secret`.
    package init(
        _ facts: SessionFacts, options: SessionOptions, receiver: ScriptedReceiver = ScriptedReceiver(),
        mechanisms: [String] = []
    ) {
        session = Session(facts, options: options, mechanisms: mechanisms)
        self.receiver = receiver
        perform(session.open())
    }

    /// Octets arrive.
    package func receive(_ octets: [UInt8]) {
        guard !isClosed else { return }
        input += octets
        advance()
    }

    /// Takes the oldest reply that was not looked at.
    package func takeReply() -> Reply? {
        replies.isEmpty ? nil : replies.removeFirst()
    }

    private func advance() {
        while !isClosed {
            collectMail()
            guard !isWaiting else { return }
            let step = input.withStep { session.next($0) }
            if step.abandonsMessage { abandon() }
            if case .append(let range) = step.action {
                input.withStep { intake?.append($0.extracting(range)) }
            }
            input.removeFirst(step.consumed)
            if case .read = step.action, step.consumed == 0 { return }
            perform(step.action)
        }
    }

    private func perform(_ action: Action) {
        switch action {
        case .read, .append: break
        case .wait: isWaiting = true
        case .reply(let reply): replies.append(reply)
        case .replyLate(let reply, _):
            delays += 1
            replies.append(reply)
        case .replies(let several): replies += several
        case .close(let reply):
            replies += [reply].compactMap(\.self)
            abandon()
            isClosed = true
        case .admit: perform(session.open())
        case .checkSender(let facts): perform(session.senderChecked(receiver.refusalAtMail(facts)))
        case .judge(let recipient, let facts):
            perform(session.judged(receiver.verdict(for: recipient, in: facts, mailbox: mailbox, token: 1)))
        case .begin(let facts, let recipients): begin(facts, recipients)
        case .finish(let transcript):
            isWaiting = true
            intake?.finish(transcript: transcript)
        case .startTLS(let reply):
            replies += [reply].compactMap(\.self)
            perform(
                session.tlsEstablished(
                    Envelope.TLSSession(version: "TLSv1.3", cipher: "TEST"), mechanisms: ["PLAIN", "LOGIN"]))
        case .authenticate(let mechanism, let response): authenticate(mechanism, response)
        case .respond(let octets): respond(octets)
        }
    }

    private func begin(_ facts: TransactionFacts, _ recipients: [Recipient]) {
        do throws(RefusedTransaction) {
            intake = try receiver.begin(facts, recipients: recipients, mailbox: mailbox, token: 1)
            perform(session.begun(nil))
        } catch {
            perform(session.begun(error.reply))
        }
    }

    private func abandon() {
        intake?.abort()
        intake = nil
    }

    private func collectMail() {
        for letter in mailbox.take() {
            isWaiting = false
            switch letter {
            case .fate(let fate):
                intake = nil
                perform(session.concluded(fate))
            case .verdict(let verdict): perform(session.judged(verdict))
            }
        }
    }

    private func authenticate(_ mechanism: String, _ response: [UInt8]?) {
        user = nil
        guard let response else { return perform(session.authenticated(.challenge([]))) }
        if mechanism == "LOGIN" {
            user = String(decoding: response, as: UTF8.self)
            perform(session.authenticated(.challenge(Array("Password:".utf8))))
        } else {
            perform(
                session.authenticated(
                    response == Array("\0tester\0secret".utf8) ? .succeeded(user: "tester") : .failed))
        }
    }

    private func respond(_ octets: [UInt8]) {
        if let user {
            let isRight = user == "tester" && octets == Array("secret".utf8)
            perform(session.authenticated(isRight ? .succeeded(user: user) : .failed))
        } else if octets.first == 0 {
            authenticate("PLAIN", octets)
        } else {
            authenticate("LOGIN", octets)
        }
    }
}

/// A mailbox that keeps what it gets.
private final class MemoryMailbox: ReplyMailbox {
    enum Letter {
        case fate(TransactionOutcome.Fate)
        case verdict(RecipientVerdict)
    }

    private let letters = Mutex<[Letter]>([])

    func take() -> [Letter] {
        letters.withLock { letters in
            defer { letters = [] }
            return letters
        }
    }

    func deliver(_ outcomes: [TransactionOutcome]) {
        letters.withLock { $0 += outcomes.map { .fate($0.fate) } }
    }

    func answer(_ token: UInt64, _ verdict: RecipientVerdict) {
        letters.withLock { $0.append(.verdict(verdict)) }
    }

    func resume(_ token: UInt64) {}

    func execute(_ work: @escaping @Sendable () -> Void) { work() }
}

extension [UInt8] {
    /// Calls `body` with the octets as a span.
    fileprivate func withStep<R>(_ body: (Span<UInt8>) -> R) -> R {
        body(span)
    }
}

extension SessionOptions {
    /// Options as a dialogue's settings want them.
    package init(_ settings: [String: String]) {
        self.init(
            hostname: "mx.bridge.test", postmaster: EmailAddress(local: "postmaster", domain: "bridge.test"))
        if let size = settings["message_size"].flatMap({ Int($0) }) { messageSize = ByteCount(size) }
        if let size = settings["discarded"].flatMap({ Int($0) }) { discarded = ByteCount(size) }
        if let count = settings["recipients"].flatMap({ Int($0) }) { recipients = count }
        if let count = settings["errors"].flatMap({ Int($0) }) { errors = count }
        if let count = settings["refused_recipients"].flatMap({ Int($0) }) { refusedRecipients = count }
        if let count = settings["idle_commands"].flatMap({ Int($0) }) { idleCommands = count }
        if let count = settings["auth_failures"].flatMap({ Int($0) }) { authFailures = count }
        rejectsBareNewlines = settings["bare_newlines"] == "reject"
        offersStartTLS = settings["tls"] != nil
        offersRequireTLS = settings["require_tls"] != nil
        acceptsXClient = settings["xclient"] != nil
        expectsProxyHeader = settings["proxy"] != nil
    }
}

extension SessionDriver {
    /// A session as a dialogue's settings want it.
    package convenience init(_ settings: [String: String], receiver: ScriptedReceiver = ScriptedReceiver()) {
        let mode = settings["mode"].flatMap(ListenerMode.init(rawValue:)) ?? .mx
        let facts = SessionFacts(listener: "mx", mode: mode, peer: .host(.v4(0x7F00_0001), port: 4000))
        self.init(facts, options: SessionOptions(settings), receiver: receiver)
    }
}
