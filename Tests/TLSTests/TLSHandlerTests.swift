import NIOCore
import NIOEmbedded
import TLS
import Testing

@Suite struct TLSHandlerTests {
    private let files: TestCertificates
    private let context: TLSContext

    init() throws {
        files = try TestCertificates()
        context = try TLSContext(
            TLSOptions(certificates: [files.selfSigned("mx", hostname: "mx.example.com")]))
    }

    private func pair(
        newest: TLSVersion = .tls13, protocols: [String] = [], name: String? = "mx.example.com"
    ) throws -> TLSPair {
        let client = try TLSClientContext(verifies: false, protocols: protocols, newest: newest)
        return try TLSPair(server: context, client: client, name: name)
    }

    @Test(arguments: [TLSVersion.tls13, .tls12], [1, 5, 100, Int.max])
    func `text passes both ways however records are cut`(version: TLSVersion, pieces: Int) throws {
        let pair = try pair(newest: version)
        pair.pieces = pieces
        try pair.connect()
        try pair.send("220 ready\r\n", from: pair.server)
        try pair.send("EHLO a\r\n", from: pair.client)
        #expect(pair.clientSaw.text == "220 ready\r\n")
        #expect(pair.serverSaw.text == "EHLO a\r\n")
        #expect(pair.serverSaw.sessions.count == 1)
        #expect(pair.serverSaw.failures.isEmpty && pair.clientSaw.failures.isEmpty)
    }

    @Test func `a session says what was agreed`() throws {
        let pair = try pair(protocols: ["http/1.1", "smtp"])
        try pair.connect()
        let session = try #require(pair.serverSaw.sessions.first)
        #expect(session.version == "TLSv1.3")
        #expect(session.cipher == "TLS_AES_128_GCM_SHA256")
        #expect(session.cipherBits == 128)
        #expect(session.serverName == "mx.example.com")
        #expect(session.applicationProtocol == "smtp")
        #expect(!session.isResumed)
        #expect(session.clientCertificate == nil)
    }

    @Test(arguments: [TLSVersion.tls13, .tls12])
    func `both ends see the same channel bindings`(version: TLSVersion) throws {
        let pair = try pair(newest: version)
        try pair.connect()
        let server = try #require(pair.serverSaw.sessions.first)
        let client = try #require(pair.clientSaw.sessions.first)
        #expect(server.exporter?.count == 32)
        #expect(server.exporter == client.exporter)
        #expect(server.unique == client.unique)
        #expect((server.unique == nil) == (version == .tls13))
    }

    @Test func `what is written before the handshake follows it`() throws {
        let pair = try pair()
        pair.server.writeAndFlush(ByteBuffer(string: "220 early\r\n"), promise: nil)
        #expect(try pair.server.readOutbound(as: ByteBuffer.self) == nil)
        try pair.connect()
        #expect(pair.clientSaw.text == "220 early\r\n")
    }

    @Test func `no more than the limit waits for the handshake`() throws {
        let pair = try pair()
        let octets = ByteBuffer(repeating: 0x61, count: TLSHandler.waitingLimit)
        pair.server.write(octets, promise: nil)
        let promise = pair.server.eventLoop.makePromise(of: Void.self)
        pair.server.write(ByteBuffer(string: "x"), promise: promise)
        #expect(throws: TLSFailure.tooMuchBeforeHandshake(limit: TLSHandler.waitingLimit)) {
            try promise.futureResult.wait()
        }
        try pair.connect()
        #expect(pair.clientSaw.text.utf8.count == TLSHandler.waitingLimit)
    }

    @Test func `large messages arrive in bounded pieces`() throws {
        let pair = try pair()
        try pair.connect()
        let text = String(repeating: "0123456789abcdef", count: 64 << 10)
        try pair.send(text, from: pair.client)
        #expect(pair.serverSaw.text == text)
        #expect(pair.serverSaw.sizes.allSatisfy { $0 <= 48 << 10 })
    }

    @Test func `a foreign application protocol is refused`() throws {
        let pair = try pair(protocols: ["h2", "http/1.1"])
        try pair.connect()
        #expect(pair.serverSaw.sessions.isEmpty)
        #expect(pair.serverSaw.failures == [.handshake(reason: "no application protocol")])
        #expect(pair.clientSaw.failures == [.handshake(reason: "tlsv1 alert no application protocol")])
        #expect(!pair.server.isActive)
    }

    @Test(arguments: [
        "EHLO plain\r\n", "GET / HTTP/1.1\r\n\r\n", "\u{16}\u{03}\u{01}\u{0}\u{5}hello", "\u{0}",
        String(repeating: "x", count: 100_000),
    ])
    func `plaintext instead of a handshake never comes through`(text: String) throws {
        let pair = try pair()
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: 1)
        pair.server.connect(to: address, promise: nil)
        _ = try? pair.server.writeInbound(ByteBuffer(string: text))
        pair.server.embeddedEventLoop.run()
        if pair.server.isActive { pair.server.pipeline.fireChannelInactive() }
        #expect(pair.serverSaw.text.isEmpty)
        #expect(pair.serverSaw.failures.count == 1)
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `damaged ciphertext ends the connection and delivers nothing wrong`(seed: UInt64) throws {
        let pair = try pair(newest: seed % 2 == 0 ? .tls13 : .tls12)
        try pair.connect()
        pair.client.writeAndFlush(ByteBuffer(string: "MAIL FROM:<a@example.com>\r\n"), promise: nil)
        var octets = try #require(try pair.client.readOutbound(as: ByteBuffer.self))
        let position = Int(seed * 7919) % octets.readableBytes
        let old = try #require(octets.getInteger(at: position, as: UInt8.self))
        octets.setInteger(old ^ UInt8(1 << (seed % 8)), at: position)
        _ = try? pair.server.writeInbound(octets)
        pair.server.embeddedEventLoop.run()
        #expect(pair.serverSaw.text.isEmpty)
    }

    @Test func `close_notify is the end of input and lets us answer`() throws {
        let pair = try pair()
        try pair.connect()
        pair.client.close(mode: .output, promise: nil)
        try pair.pump()
        #expect(pair.serverSaw.hasInputEnded)
        #expect(pair.serverSaw.failures.isEmpty)
        try pair.send("221 bye\r\n", from: pair.server)
        #expect(pair.clientSaw.text == "221 bye\r\n")
    }

    @Test func `close sends close_notify`() throws {
        let pair = try pair()
        try pair.connect()
        pair.server.close(promise: nil)
        try pair.pump()
        #expect(pair.clientSaw.hasInputEnded)
        #expect(pair.clientSaw.failures.isEmpty)
    }

    @Test func `the end of TCP without close_notify is reported as truncation`() throws {
        let pair = try pair()
        try pair.connect()
        try pair.send("DATA\r\n", from: pair.client)
        pair.server.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(pair.serverSaw.failures == [.truncated])
        #expect(pair.serverSaw.hasInputEnded)
        let other = try self.pair()
        try other.connect()
        other.server.pipeline.fireChannelInactive()
        #expect(other.serverSaw.failures == [.truncated])
    }

    @Test func `the end of TCP after close_notify is not reported again`() throws {
        let pair = try pair()
        try pair.connect()
        pair.client.close(promise: nil)
        try pair.pump()
        pair.serverSaw.hasInputEnded = false
        pair.server.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(!pair.serverSaw.hasInputEnded)
        #expect(pair.serverSaw.failures.isEmpty)
    }

    @Test func `writes after our close_notify fail`() throws {
        let pair = try pair()
        try pair.connect()
        pair.server.close(mode: .output, promise: nil)
        let promise = pair.server.eventLoop.makePromise(of: Void.self)
        pair.server.writeAndFlush(ByteBuffer(string: "late"), promise: promise)
        #expect(throws: ChannelError.outputClosed) { try promise.futureResult.wait() }
        try pair.send("still heard", from: pair.client)
        #expect(pair.serverSaw.text == "still heard")
    }

    @Test func `inserted after STARTTLS it protects what follows`() throws {
        let recorder = TLSPair.Recorder()
        let server = EmbeddedChannel(handlers: [recorder])
        try server.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        server.writeAndFlush(ByteBuffer(string: "220 go ahead\r\n"), promise: nil)
        #expect(try server.readOutbound(as: ByteBuffer.self) == ByteBuffer(string: "220 go ahead\r\n"))
        try server.pipeline.syncOperations.addHandler(context.makeHandler(), position: .first)
        _ = try? server.writeInbound(ByteBuffer(string: "MAIL FROM:<injected@example.com>\r\n"))
        server.embeddedEventLoop.run()
        #expect(recorder.text.isEmpty)
        #expect(recorder.failures.count == 1)
        #expect(!server.isActive)
    }

    @Test func `a client checks the server's name and authority`() throws {
        let trusting = try TLSClientContext(ca: files.path("mx.crt"))
        let right = try TLSPair(server: context, client: trusting)
        try right.connect()
        #expect(right.clientSaw.sessions.count == 1)
        let wrongName = try TLSPair(server: context, client: trusting, name: "other.example.com")
        try wrongName.connect()
        #expect(wrongName.clientSaw.sessions.isEmpty)
        let stranger = try TLSPair(server: context, client: TLSClientContext())
        try stranger.connect()
        #expect(
            stranger.clientSaw.failures == [
                .handshake(reason: "certificate verify failed: self-signed certificate")
            ])
    }
}
