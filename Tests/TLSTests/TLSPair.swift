import NIOCore
import NIOEmbedded
import TLS

/// A client and a server without sockets; ciphertext goes from one to the other when `pump` says so.
final class TLSPair {
    /// What the handler above TLS saw at one end.
    final class Recorder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        var text = ""
        var sessions: [TLSSessionInfo] = []
        var failures: [TLSFailure] = []
        var hasInputEnded = false
        var isInactive = false
        /// Octets of each read, in order.
        var sizes: [Int] = []

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let octets = unwrapInboundIn(data)
            sizes.append(octets.readableBytes)
            text += String(buffer: octets)
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .handshakeCompleted(let session)? = event as? TLSEvent { sessions.append(session) }
            if event as? ChannelEvent == .inputClosed { hasInputEnded = true }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            if let failure = error as? TLSFailure { failures.append(failure) }
        }

        func channelInactive(context: ChannelHandlerContext) {
            isInactive = true
        }
    }

    /// `EmbeddedChannel` takes every close for a full one; a socket's other direction stays open.
    private final class HalfCloser: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
            guard mode == .output else { return context.close(mode: mode, promise: promise) }
            promise?.succeed()
        }
    }

    let server: EmbeddedChannel
    let client: EmbeddedChannel
    let serverSaw = Recorder()
    let clientSaw = Recorder()
    /// Largest piece in which ciphertext travels.
    var pieces = Int.max

    init(server context: TLSContext, client clientContext: TLSClientContext, name: String? = "mx.example.com")
        throws
    {
        server = EmbeddedChannel(handlers: [HalfCloser(), context.makeHandler(), serverSaw])
        client = EmbeddedChannel(handlers: [
            HalfCloser(), clientContext.makeHandler(serverName: name), clientSaw,
        ])
    }

    /// Opens both ends and lets them talk.
    func connect() throws {
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: 1)
        server.connect(to: address, promise: nil)
        client.connect(to: address, promise: nil)
        try pump()
    }

    /// Carries ciphertext to and fro until both are silent.
    func pump() throws {
        var isMoving = true
        while isMoving {
            let forth = try carry(from: client, to: server)
            let back = try carry(from: server, to: client)
            isMoving = forth || back
        }
    }

    func send(_ text: String, from channel: EmbeddedChannel) throws {
        channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
        try pump()
    }

    private func carry(from sender: EmbeddedChannel, to receiver: EmbeddedChannel) throws -> Bool {
        sender.embeddedEventLoop.run()
        var hasMoved = false
        while var octets = try sender.readOutbound(as: ByteBuffer.self) {
            while let piece = octets.readSlice(length: min(pieces, octets.readableBytes)),
                piece.readableBytes > 0
            {
                hasMoved = true
                if receiver.isActive { _ = try? receiver.writeInbound(piece) }
            }
        }
        return hasMoved
    }
}
