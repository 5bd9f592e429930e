import NIOCore
import NIOPosix

/// A client that reads reply by reply.
final class Client {
    private let channel: any Channel
    private var lines: AsyncStream<String>.Iterator

    /// Connects to `port` of 127.0.0.1.
    init(port: Int) async throws {
        let (stream, continuation) = AsyncStream<String>.makeStream()
        lines = stream.makeAsyncIterator()
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(LineCollector(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    /// Sends octets; a connection that is gone takes them without complaint.
    func send(_ octets: [UInt8]) async {
        try? await channel.writeAndFlush(ByteBuffer(bytes: octets)).get()
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
