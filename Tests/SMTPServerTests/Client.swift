import NIOCore
import NIOPosix
import TLS

/// A client that reads reply by reply.
final class Client {
    private let channel: any Channel
    private var lines: AsyncStream<String>.Iterator

    /// Connects to `port` of 127.0.0.1.
    convenience init(port: Int) async throws {
        try await self.init(SocketAddress(ipAddress: "127.0.0.1", port: port))
    }

    /// Connects to a TCP or Unix socket.
    init(_ address: SocketAddress) async throws {
        let (stream, continuation) = AsyncStream<String>.makeStream()
        lines = stream.makeAsyncIterator()
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(LineCollector(continuation))
                }
            }
            .connect(to: address).get()
    }

    /// Begins TLS; what is said from here on waits for the handshake, whose first octets leave together with `header`.
    func startTLS(behind header: [UInt8] = []) async throws {
        let (context, channel) = (try TLSClientContext(verifies: false), channel)
        try await channel.eventLoop.submit {
            channel.write(ByteBuffer(bytes: header), promise: nil)
            let handler = context.makeHandler(serverName: nil)
            try channel.pipeline.syncOperations.addHandler(handler, position: .first)
        }.get()
    }

    /// Sends octets; a connection that is gone takes them without complaint.
    func send(_ octets: [UInt8]) async {
        try? await channel.writeAndFlush(ByteBuffer(bytes: octets)).get()
    }

    /// Sends octets again and again, as long as the connection lives.
    func drip(_ octets: [UInt8], every interval: TimeAmount) {
        channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: interval) { [channel] task in
            guard channel.isActive else { return task.cancel() }
            channel.writeAndFlush(ByteBuffer(bytes: octets), promise: nil)
        }
    }

    /// Sends a line.
    func say(_ line: String) async {
        await send(Array("\(line)\r\n".utf8))
    }

    /// The next reply, line by line; none when the server closed.
    func reply() async throws -> [String] {
        var reply: [String] = []
        while let line = await lines.next(isolation: #isolation) {
            reply.append(line)
            if line.utf8.dropFirst(3).first != UInt8(ascii: "-") { break }
        }
        return reply
    }

    /// The code of the next reply; 0 when the server closed.
    func code() async throws -> Int {
        try await reply().last.flatMap { Int($0.prefix(3)) } ?? 0
    }

    /// Ends our half of the connection.
    func finish() async {
        try? await channel.close(mode: .output).get()
    }

    /// Ends the connection.
    func close() async {
        try? await channel.close().get()
    }

    private final class LineCollector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let lines: AsyncStream<String>.Continuation
        private var pending: [UInt8] = []

        init(_ lines: AsyncStream<String>.Continuation) { self.lines = lines }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            pending += unwrapInboundIn(data).readableBytesView
            while let end = pending.firstIndex(of: 10) {
                lines.yield(String(decoding: pending[..<end].dropLast(), as: UTF8.self))
                pending.removeSubrange(...end)
            }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .inputClosed? = event as? ChannelEvent { lines.finish() }
        }

        func channelInactive(context: ChannelHandlerContext) { lines.finish() }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
