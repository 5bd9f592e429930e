package import NIOCore

/// TLS on one connection, below the handlers that speak plaintext.
///
/// Event-loop-bound. As the first handler of a new channel it makes TLS from the first octet; added at the front after the reply to
/// STARTTLS it protects what follows. Nothing that was read before may be handed to it or past it (CVE-2011-0411): the
/// handler that spoke plaintext drops what it holds.
///
/// - `TLSEvent.handshakeCompleted` comes once, before the first plaintext. Writes until then wait (bounded).
/// - close_notify from the peer arrives as `ChannelEvent.inputClosed`; the end of TCP without it also as
///   `TLSFailure.truncated`.
/// - After a fatal error the alert is sent and the channel closed; the error is reported before.
///
/// ```
///               handshake over             peer's close_notify
/// handshaking ───────────────→ open ──────────────────────────→ peerFinished
///      │                        │ close(.output)                     │ close
///      │                        ↓             peer's close_notify    ↓
///      │                     finished ────────────────────────────→ closed ←── close, failure, end of TCP (from all)
/// ```
package final class TLSHandler: ChannelDuplexHandler {
    /// Ciphertext.
    package typealias InboundIn = ByteBuffer
    /// Plaintext.
    package typealias InboundOut = ByteBuffer
    /// Plaintext.
    package typealias OutboundIn = ByteBuffer
    /// Ciphertext.
    package typealias OutboundOut = ByteBuffer

    /// Most octets that wait for the end of the handshake.
    package static let waitingLimit = 64 << 10
    /// Most octets of ciphertext handed to OpenSSL at once: its buffers stay small.
    static let portion = 16 << 10

    private enum State {
        case handshaking
        case open
        /// The peer has sent its close_notify; we may still write.
        case peerFinished
        /// We have sent our close_notify; the peer may still write.
        case finished
        case closed
    }

    private var state = State.handshaking
    private let connection: TLSConnection
    private var waiting = WaitingWrites()
    /// The handler above has asked to read and got nothing since.
    private var owesRead = false

    init(_ connection: TLSConnection) {
        self.connection = connection
    }

    // Coming and going.

    /// Starts at once on a channel that is active already.
    package func handlerAdded(context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        begin(context)
    }

    /// Starts, then passes the event on.
    package func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    /// Says what the end of TCP cut off, then passes the event on.
    package func channelInactive(context: ChannelHandlerContext) {
        endOfTransport(context)
        state = .closed
        waiting.fail(ChannelError.ioOnClosedChannel)
        context.fireChannelInactive()
    }

    /// Fails what still waits.
    package func handlerRemoved(context: ChannelHandlerContext) {
        state = .closed
        waiting.fail(ChannelError.ioOnClosedChannel)
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard state == .handshaking else { return }
        shakeHands(context)
        context.read()
    }

    // Reading.

    /// Decrypts and passes on.
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var ciphertext = unwrapInboundIn(data)
        while ciphertext.readableBytes > 0 {
            let portion = min(Self.portion, ciphertext.readableBytes)
            switch state {
            case .handshaking:
                connection.feed(&ciphertext, atMost: portion)
                shakeHands(context)
                if state == .open { decrypt(portion, context) }
            case .open, .finished:
                connection.feed(&ciphertext, atMost: portion)
                decrypt(portion, context)
            case .peerFinished, .closed:
                return
            }
        }
    }

    /// Reads on where a whole record is not there yet, whatever the handler above wants.
    package func channelReadComplete(context: ChannelHandlerContext) {
        switch state {
        case .handshaking:
            context.read()
        case .open, .finished:
            if owesRead { context.read() }
        case .peerFinished, .closed:
            break
        }
        context.fireChannelReadComplete()
    }

    /// Passes the wish on and remembers it until there is plaintext.
    package func read(context: ChannelHandlerContext) {
        owesRead = true
        context.read()
    }

    /// Turns the end of TCP into the end of TLS.
    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        switch state {
        case .handshaking:
            endOfTransport(context)
            context.close(promise: nil)
        case .open, .finished:
            endOfTransport(context)
            peerHasFinished(context)
        case .peerFinished, .closed:
            break  // reported when close_notify came
        }
    }

    private func shakeHands(_ context: ChannelHandlerContext) {
        switch connection.handshake() {
        case .wantsInput:
            sendProduced(context)
        case .done:
            state = .open
            // A client's Finished or a server's ticket leaves together with what the handler above says first.
            if let ending = connection.takeProduced(context.channel.allocator) {
                context.write(wrapOutboundOut(ending), promise: nil)
            }
            sendWaiting(context)
            context.fireUserInboundEventTriggered(TLSEvent.handshakeCompleted(connection.sessionInfo()))
            context.flush()
        case .closed:
            fail(.handshake(reason: "close_notify during the handshake"), context)
        case .failed(let reason):
            fail(.handshake(reason: reason), context)
        }
    }

    private func decrypt(_ count: Int, _ context: ChannelHandlerContext) {
        var plaintext = context.channel.allocator.buffer(capacity: count + 1)
        let progress = connection.read(into: &plaintext)
        sendProduced(context)  // answers of TLS itself
        if plaintext.readableBytes > 0 {
            owesRead = false
            context.fireChannelRead(wrapInboundOut(plaintext))
        }
        switch progress {
        case .done, .wantsInput: break
        case .closed: peerHasFinished(context)
        case .failed(let reason): fail(.corrupt(reason: reason), context)
        }
    }

    private func peerHasFinished(_ context: ChannelHandlerContext) {
        switch state {
        case .open: state = .peerFinished
        case .finished: state = .closed
        case .handshaking, .peerFinished, .closed: return
        }
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }

    private func endOfTransport(_ context: ChannelHandlerContext) {
        switch state {
        case .handshaking:
            state = .closed
            context.fireErrorCaught(TLSFailure.handshake(reason: "the peer closed the connection"))
        case .open, .finished:
            context.fireErrorCaught(TLSFailure.truncated)
        case .peerFinished, .closed:
            break
        }
    }

    // Writing.

    /// Encrypts, or lets the octets wait for the end of the handshake.
    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let plaintext = unwrapOutboundIn(data)
        switch state {
        case .handshaking:
            waiting.add(plaintext, promise, limit: Self.waitingLimit)
        case .open, .peerFinished:
            encrypt(plaintext, promise, context)
        case .finished, .closed:
            promise?.fail(ChannelError.outputClosed)
        }
    }

    private func encrypt(
        _ plaintext: ByteBuffer, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext
    ) {
        let progress = connection.write(plaintext)
        guard progress == .done else {
            promise?.fail(ChannelError.outputClosed)
            if case .failed(let reason) = progress { fail(.corrupt(reason: reason), context) }
            return
        }
        let ciphertext = connection.takeProduced(context.channel.allocator) ?? ByteBuffer()
        context.write(wrapOutboundOut(ciphertext), promise: promise)
    }

    private func sendProduced(_ context: ChannelHandlerContext) {
        guard let ciphertext = connection.takeProduced(context.channel.allocator) else { return }
        context.writeAndFlush(wrapOutboundOut(ciphertext), promise: nil)
    }

    private func sendWaiting(_ context: ChannelHandlerContext) {
        let writes = waiting.takeAll()
        guard !writes.isEmpty else { return }
        for (plaintext, promise) in writes { encrypt(plaintext, promise, context) }
        context.flush()
    }

    // Closing.

    /// Sends close_notify where the session is open, then closes.
    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .input:
            break
        case .output:
            finish(context)
            state = state == .open ? .finished : .closed
        case .all:
            finish(context)
            state = .closed
        }
        failWaitingIfClosed()
        context.close(mode: mode, promise: promise)
    }

    private func finish(_ context: ChannelHandlerContext) {
        guard state == .open || state == .peerFinished else { return }
        connection.finish()
        sendProduced(context)
    }

    private func failWaitingIfClosed() {
        if state == .closed { waiting.fail(ChannelError.ioOnClosedChannel) }
    }

    /// Sends the alert OpenSSL made, reports, and closes when the alert is out.
    private func fail(_ failure: TLSFailure, _ context: ChannelHandlerContext) {
        guard state != .closed else { return }
        state = .closed
        waiting.fail(failure)
        let channel = context.channel
        let alertSent = context.eventLoop.makePromise(of: Void.self)
        let alert = connection.takeProduced(channel.allocator) ?? ByteBuffer()
        context.writeAndFlush(wrapOutboundOut(alert), promise: alertSent)
        context.fireErrorCaught(failure)
        alertSent.futureResult.whenComplete { _ in channel.close(promise: nil) }
    }
}
