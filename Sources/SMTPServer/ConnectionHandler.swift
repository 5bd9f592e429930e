internal import NIOCore
internal import SASL
internal import SMTP
internal import TLS
internal import Telemetry

/// Drives the session of one connection: performs its actions and decides nothing.
///
/// Event-loop-bound.
///
/// It reads only while nothing is in the way (`holds`), so a peer that pipelines past what we can take fills its own
/// socket, not our memory; while our own side thinks, one read ahead stays open, since closing and opening it again
/// would cost two system calls a message. Replies are gathered and leave in one write when all input at hand is worked
/// off.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Why no input is taken at the moment.
    struct Holds: OptionSet {
        let rawValue: UInt8
        /// Our own side must answer first: a verdict, a commit, a handshake.
        static let answer = Holds(rawValue: 1)
        /// The disk is behind.
        static let disk = Holds(rawValue: 2)
        /// The peer does not read our replies.
        static let output = Holds(rawValue: 4)
        /// A reply is held back.
        static let delay = Holds(rawValue: 8)
        /// The connection is closing: what still comes is thrown away.
        static let closing = Holds(rawValue: 16)
        /// The peer has not been greeted yet, and must not speak.
        static let greeting = Holds(rawValue: 32)
    }

    let core: ServerCore
    let options: SMTPServerOptions
    let mailbox: LoopMailbox
    var session: Session
    var holds: Holds = []
    var input = ByteBuffer()
    var output = ByteBuffer()
    var intake: (any MessageIntake)?
    var clock: ConnectionClock
    var context: ChannelHandlerContext?
    var hasInputEnded = false
    /// The peer whose connection is counted; with PROXY the one behind the proxy.
    var admittedPeer: Peer?
    /// Certificates and users.
    let security: Security
    /// What SASL may know of the connection.
    var saslConnection = SASLConnection(isEncrypted: false)
    /// The SASL exchange that runs.
    var exchange: SASLExchange?
    /// The look for the peer's name, if one is under way.
    var nameLookup: Task<Void, Never>?
    private var token: UInt64 = 0
    /// What of the memory of all is counted for this connection; `nil` while there is no connection.
    private var footprint: Int?

    /// A connection from `peer` to `listener`.
    init(_ core: ServerCore, listener: ListenerOptions, peer: Peer, mailbox: LoopMailbox) {
        self.core = core
        self.mailbox = mailbox
        let configuration = core.configuration
        (options, security) = (configuration.options, configuration.security)
        clock = ConnectionClock(options)
        session = Session(
            SessionFacts(listener: listener.name, mode: listener.mode, peer: peer),
            options: SessionOptions(
                options, listener: listener, peer: peer, postmaster: core.receiver.postmaster,
                hasTLS: configuration.security.tls != nil),
            mechanisms: listener.mode.takesUsers ? configuration.security.mechanisms(for: saslConnection) : []
        )
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        token = mailbox.register(self)
        core.metrics.accepted.add()
        footprint = 0
        accountForMemory()
        if session.patience == .proxyHeader {
            perform(session.open())
        } else if admit(session.facts.peer) {
            welcome()
        }
        resume()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        abandonMessage()
        nameLookup?.cancel()
        mailbox.remove(token)
        if let admittedPeer { core.peers.release(admittedPeer) }
        admittedPeer = nil
        core.reserve.restore()
        core.hold(-(footprint ?? 0))
        footprint = nil
        holds.insert(.closing)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !holds.contains(.closing) else { return }
        var octets = unwrapInboundIn(data)
        clock.heard(octets.readableBytes)
        guard !holds.contains(.greeting) else { return refuseEarlyTalker() }
        if input.readableBytes == 0 { input = octets } else { input.writeBuffer(&octets) }
        advance()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        settle()  // What was read is worked off already.
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            release(.output)
        } else {
            holds.insert(.output)
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent {
            hasInputEnded = true
            if holds.contains(.closing) { context.close(promise: nil) } else { resume() }
        } else if case .handshakeCompleted(let info)? = event as? TLSEvent {
            secured(info)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset or a broken handshake: there is nobody left to talk to.
        if case .handshake? = error as? TLSFailure { core.metrics.handshakeFailures.add() }
        context.close(promise: nil)
    }

    /// Works off the input as far as nothing is in the way.
    func advance() {
        while holds.isEmpty {
            if core.isDraining, !session.isInTransaction {
                perform(session.end(.shuttingDown))
                break
            }
            let step = session.next(input.readableBytesUInt8Span)
            if step.abandonsMessage { abandonMessage() }
            if case .append(let octets) = step.action {
                append(octets)
                input.moveReaderIndex(forwardBy: step.consumed)
            } else {
                input.moveReaderIndex(forwardBy: step.consumed)
                if case .read = step.action, step.consumed == 0 { break }
                perform(step.action)
            }
        }
        tidyInput()
    }

    /// Goes on after a hold was lifted: works off input, sends replies, reads on.
    func resume() {
        advance()
        settle()
    }

    /// Sends replies and reads on.
    private func settle() {
        flush()
        if holds.isEmpty, hasInputEnded {
            // The rest, if any, is the beginning of a command or message that will not end. RFC 5321 §4.1.1.4.
            abandonMessage()
            holds.insert(.closing)
            context?.close(promise: nil)
        } else if holds.isEmpty || holds == .answer && input.readableBytes == 0 && !hasInputEnded {
            context?.read()
        }
        keepTime()
    }

    /// Lifts a hold.
    func release(_ hold: Holds) {
        guard holds.contains(hold) else { return }
        holds.remove(hold)
        resume()
    }

    private func append(_ octets: Range<Int>) {
        guard let intake else { return }
        core.metrics.octets.add(octets.count)
        intake.append(input.readableBytesUInt8Span.extracting(octets))
        if intake.isBehind { holds.insert(.disk) }
    }

    /// Drops the message that was being received.
    func abandonMessage() {
        intake?.abort()
        intake = nil
    }

    /// Does not let a few octets keep a large buffer alive.
    private func tidyInput() {
        if input.readableBytes == 0 {
            input = ByteBuffer()
        } else if input.storageCapacity > 4 * input.readableBytes + 1024 {
            input = ByteBuffer(bytes: input.readableBytesView)
        }
        accountForMemory()
    }

    /// Counts what this connection holds, roughly and in steps, against the memory of all.
    private func accountForMemory() {
        // A reply that closes does so in the midst of `advance`, which comes here when the connection is gone.
        guard let footprint else { return }
        let held = ConnectionHandler.ownFootprint + input.storageCapacity + (intake?.heldOctets ?? 0)
        guard abs(held - footprint) >= 4096 else { return }
        core.hold(held - footprint)
        self.footprint = held
    }

    /// About what a connection costs without its input and its message.
    private static let ownFootprint = 8192

    /// The token that outcomes carry.
    var mailToken: UInt64 { token }
}
