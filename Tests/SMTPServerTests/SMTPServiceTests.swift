import Logging
import Mail
import NIOCore
import NIOPosix
import SMTP
import SMTPServer
import Telemetry
import Testing

@Suite struct SMTPServiceTests {
    @Test func `a message over loopback reaches the receiver`() async throws {
        let receiver = ScriptedReceiver()
        try await withServer(receiver) { port in
            let client = try await Client(port: port)
            try await client.expect("220 mx.bridge.test ")
            try await client.say("EHLO client.example\r\n")
            try await client.expect("250 ")
            try await client.say("MAIL FROM:<a@sender.example>\r\nRCPT TO:<user@bridge.test>\r\nDATA\r\n")
            try await client.expect("250 2.1.0")
            try await client.expect("250 2.1.5")
            try await client.expect("354 ")
            try await client.say("Subject: x\r\n\r\n..hello\r\n.\r\nQUIT\r\n")
            try await client.expect("250 2.0.0 Ok: queued as msg_")
            try await client.expect("221 ")
            try await client.expectEnd()
        }
        #expect(receiver.messages.map(\.octets) == [Array("Subject: x\r\n\r\n.hello\r\n".utf8)])
    }
}

func withServer(
    _ receiver: ScriptedReceiver, _ change: (inout SMTPServerOptions) -> Void = { _ in },
    _ body: (Int) async throws -> Void
) async throws {
    let listener = ListenerOptions(name: "mx", address: .tcp(.v4(0x7F00_0001), port: 0), mode: .mx)
    var options = SMTPServerOptions(hostname: "mx.bridge.test", listeners: [listener])
    change(&options)
    let service = SMTPService(
        options, receiver: receiver, registry: Registry(), logger: Logger(label: "test"), threads: 1)
    try await service.bind()
    let port = try #require(service.addresses["mx"]?.port)
    let running = Task { try await service.run() }
    do {
        try await body(port)
    } catch {
        running.cancel()
        try await running.value
        throw error
    }
    running.cancel()
    try await running.value
}

/// A client that reads reply by reply.
final class Client {
    private let channel: any Channel
    private var lines: AsyncThrowingStream<String, any Error>.Iterator

    init(port: Int) async throws {
        let (stream, continuation) = AsyncThrowingStream<String, any Error>.makeStream()
        lines = stream.makeAsyncIterator()
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(LineCollector(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }

    func say(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
    }

    func expect(_ prefix: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        var line = try await lines.next(isolation: #isolation)
        while let text = line, text.utf8.dropFirst(3).first == UInt8(ascii: "-") { line = try await lines.next(isolation: #isolation) }
        #expect(line?.hasPrefix(prefix) == true, "\(line ?? "closed")", sourceLocation: sourceLocation)
    }

    func expectEnd(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let line = try await lines.next(isolation: #isolation)
        #expect(line == nil, sourceLocation: sourceLocation)
    }

    private final class LineCollector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let lines: AsyncThrowingStream<String, any Error>.Continuation
        private var pending: [UInt8] = []

        init(_ lines: AsyncThrowingStream<String, any Error>.Continuation) { self.lines = lines }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            pending += unwrapInboundIn(data).readableBytesView
            while let end = pending.firstIndex(of: 10) {
                lines.yield(String(decoding: pending[..<end].dropLast(), as: UTF8.self))
                pending.removeSubrange(...end)
            }
        }

        func channelInactive(context: ChannelHandlerContext) { lines.finish() }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
