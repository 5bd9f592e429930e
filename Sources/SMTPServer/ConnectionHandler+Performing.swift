internal import Mail
internal import NIOCore
internal import SMTP
internal import Telemetry

extension ConnectionHandler {
    /// Does what the session wants.
    func perform(_ action: Action) {
        switch action {
        case .read, .append:
            break
        case .wait:
            holds.insert(.answer)
        case .reply(let reply):
            write(reply)
        case .replies(let replies):
            replies.forEach(write)
        case .replyLate(let reply, let delay):
            writeLate(reply, delay)
        case .close(let reply):
            close(reply)
        case .admit(let peer):
            if admit(peer) { welcome(isBehindProxy: true) }
        case .checkSender(let transaction):
            perform(session.senderChecked(refusal(of: transaction)))
        case .judge(let recipient, let transaction):
            perform(
                session.judged(
                    core.receiver.verdict(for: recipient, in: transaction, mailbox: mailbox, token: mailToken)
                ))
        case .begin(let transaction, let recipients):
            begin(transaction, recipients)
        case .finish(let transcript):
            core.metrics.messages.add()
            holds.insert(.answer)
            intake?.finish(transcript: transcript)
        case .startTLS(let reply):
            startTLS(reply)
        case .authenticate(let mechanism, let response):
            authenticate(mechanism, response)
        case .respond(let message):
            respond(message)
        }
    }

    private func refusal(of transaction: TransactionFacts) -> Reply? {
        if core.isDraining { return .shuttingDown }
        if core.isShortOfMemory(options) { return .overloadedMemory }
        return core.receiver.refusalAtMail(transaction)
    }

    private func begin(_ transaction: TransactionFacts, _ recipients: [Recipient]) {
        guard !core.isShortOfMemory(options) else { return perform(session.begun(.overloadedMemory)) }
        do throws(RefusedTransaction) {
            intake = try core.receiver.begin(
                transaction, recipients: recipients, mailbox: mailbox, token: mailToken)
            perform(session.begun(nil))
        } catch {
            perform(session.begun(error.reply))
        }
    }

    /// Counts the peer in, or turns it away.
    func admit(_ peer: Peer) -> Bool {
        if core.isDraining {
            turnAway(.shuttingDown)
        } else if core.isShortOfMemory(options) || core.reserve.isSpent {
            core.metrics.overloaded.add()
            turnAway(.overloaded)
        } else if let refusal = core.peers.admit(
            peer, options.limits, isTrusted: options.trustedNetworks.contain(peer), now: ServerCore.now)
        {
            core.metrics.refused[refusal]?.add()
            turnAway(.tooManyConnections)
        } else {
            admittedPeer = peer
            lookUpName()
            return true
        }
        return false
    }

    /// Closes before the greeting; inside TLS there is nobody to read a reply yet.
    private func turnAway(_ reply: Reply) {
        close(session.beginsWithTLS ? nil : reply, lingers: false)
    }

    /// The message's fate is known.
    func concluded(_ fate: TransactionOutcome.Fate) {
        intake = nil
        answered(session.concluded(fate))
    }

    /// A recipient's verdict is known.
    func judged(_ verdict: RecipientVerdict) {
        answered(session.judged(verdict == .later ? .refuse(.undecided) : verdict))
    }

    /// The disk is no longer behind.
    func diskCaughtUp() {
        release(.disk)
    }

    private func answered(_ action: Action) {
        if action == .wait { return }
        perform(action)
        release(.answer)
    }

    /// The server stops: whoever is not in a transaction is told so.
    func drain() {
        guard !holds.contains(.closing), !session.isInTransaction else { return }
        perform(session.end(.shuttingDown))
        resume()
    }

    /// The time to stop is over.
    func expel() {
        guard !holds.contains(.closing) else { return }
        perform(session.end(.shuttingDown))
        flush()
    }

    /// Puts a reply with those that wait to be sent.
    func write(_ reply: Reply) {
        output.writeBytes(reply.octets)
    }

    private func writeLate(_ reply: Reply, _ delay: Duration) {
        guard let context else { return }
        holds.insert(.delay)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: TimeAmount(delay)) {
            bound.value.write(reply)
            bound.value.release(.delay)
        }
    }

    /// Sends what was gathered.
    func flush() {
        guard output.readableBytes > 0, let context else { return }
        var octets = output
        output = ByteBuffer()
        context.writeAndFlush(wrapOutboundOut(octets), promise: nil)
        // As a rule all of it is gone now, and the buffer is ours again. A large one is not kept.
        guard output.readableBytes == 0, octets.storageCapacity <= Self.keptOutput else { return }
        octets.clear()
        output = octets
    }

    /// How large a buffer for replies is kept while there is nothing to say.
    private static let keptOutput = 256

    /// Says `reply`, if anything, and ends the connection.
    ///
    /// Closing a socket with unread input resets it, and the peer may never see the reply. So unless the peer itself
    /// said QUIT only our half is closed, and what still comes is thrown away for `longestGoodbye`.
    func close(_ reply: Reply?, lingers: Bool = true) {
        guard let context, !holds.contains(.closing) else { return }
        abandonMessage()
        holds.insert(.closing)
        if let reply { write(reply) }
        flush()
        input = ByteBuffer()
        guard lingers, let reply, reply.code != 221, !hasInputEnded else {
            return context.close(promise: nil)
        }
        context.close(mode: .output, promise: nil)
        context.read()
        let channel = context.channel
        context.eventLoop.scheduleTask(in: Self.longestGoodbye) { channel.close(promise: nil) }
    }

    /// How long the peer may take to notice that we closed.
    private static let longestGoodbye = TimeAmount.seconds(1)
}

extension Reply {
    /// The sessions hold too much memory for another message, RFC 5321 §4.2.3.
    static let overloadedMemory = Reply(452, "4.3.1", "Out of memory, try again later")
}

extension TimeAmount {
    /// `duration`, held at the ends of the range.
    init(_ duration: Duration) {
        self = .milliseconds(duration.milliseconds)
    }
}
