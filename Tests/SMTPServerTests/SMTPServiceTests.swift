import Logging
import Mail
import NIOCore
import SMTP
import SMTPServer
import SMTPTestSupport
import Telemetry
import Testing

@Suite struct SMTPServiceTests {
    @Test func `silence is answered 421 and closed`() async throws {
        try await withServer(ScriptedReceiver(), { $0.timeouts.idle = .milliseconds(50) }) { port in
            let client = try await Client(port: port)
            #expect(try await client.code() == 220)
            #expect(try await client.code() == 421)
            #expect(try await client.reply().isEmpty)
        }
    }

    @Test func `a command that does not come to its end is cut, and so is a message`() async throws {
        let receiver = ScriptedReceiver()
        try await withServer(receiver, { $0.timeouts.command = .milliseconds(50) }) { port in
            let client = try await Client(port: port)
            #expect(try await client.code() == 220)
            await client.send(Array("NOO".utf8))
            #expect(try await client.code() == 421)
        }
        try await withServer(receiver, { $0.timeouts.data = .milliseconds(50) }) { port in
            let client = try await Client(port: port)
            await client.send(
                Array("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<user@bridge.test>\r\nDATA\r\ntext".utf8))
            for code in [220, 250, 250, 250, 354, 421] { #expect(try await client.code() == code) }
        }
        #expect(receiver.messages.isEmpty)
        #expect(receiver.aborted == 1)
    }

    @Test func `a PROXY header that does not come is told 421, a handshake that does not come nothing`()
        async throws
    {
        try await withServer(
            ScriptedReceiver(),
            {
                $0.timeouts.handshake = .milliseconds(50)
                $0.listeners[0].mode = .submissions
            }, tls: .selfSigned()
        ) { port in
            let words = try await Client(port: port).reply()
            #expect(words.isEmpty)
        }
        try await withServer(
            ScriptedReceiver(),
            {
                $0.timeouts.proxy = .milliseconds(50)
                $0.listeners[0].proxyFrom = [IPNetwork("127.0.0.0/8")].compactMap(\.self)
            }
        ) { port in
            let code = try await Client(port: port).code()
            #expect(code == 421)
        }
    }

    @Test(arguments: ["RSET\r\n", "EHLO c\r\n", "RSET\r\nMAIL FROM:<>\r\nRCPT TO:<user@bridge.test>\r\n"])
    func `a stop ends a session as soon as it gives its transaction up`(lines: String) async throws {
        let receiver = ScriptedReceiver()
        try await withStop(receiver) { port, stop in
            let client = try await Client(port: port)
            await client.send(Array("EHLO c\r\nMAIL FROM:<>\r\n".utf8))
            for code in [220, 250, 250] { #expect(try await client.code() == code) }
            let idle = try await Client(port: port)
            #expect(try await idle.code() == 220)
            stop()
            #expect(try await idle.code() == 421)
            await client.send(Array(lines.utf8))
            for code in [250, 421] { #expect(try await client.code() == code) }
            #expect(try await client.reply().isEmpty)
        }
    }

    @Test func `a stop waits for a message no longer than it is told to`() async throws {
        let receiver = ScriptedReceiver()
        try await withServer(receiver, { $0.shutdown = .milliseconds(100) }) { port in
            let client = try await Client(port: port)
            await client.send(
                Array("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<user@bridge.test>\r\nDATA\r\ntext".utf8))
            for code in [220, 250, 250, 250, 354] { #expect(try await client.code() == code) }
        }
        #expect(receiver.messages.isEmpty)
        #expect(receiver.aborted == 1)
    }

    @Test func `a message that drips is cut, though it is never silent for long`() async throws {
        let receiver = ScriptedReceiver()
        try await withServer(
            receiver,
            {
                $0.timeouts.data = .milliseconds(200)
                $0.minimumDataRate = ByteCount(10_000)
            }
        ) { port in
            let client = try await Client(port: port)
            await client.send(Array("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<user@bridge.test>\r\nDATA\r\n".utf8))
            for code in [220, 250, 250, 250, 354] { #expect(try await client.code() == code) }
            client.drip(Array("drip\r\n".utf8), every: .milliseconds(20))
            #expect(try await client.code() == 421)
        }
        #expect(receiver.messages.isEmpty)
        #expect(receiver.aborted == 1)
    }

    @Test func `half a connection is enough to get all replies`() async throws {
        try await withServer(ScriptedReceiver()) { port in
            let client = try await Client(port: port)
            await client.send(
                Array("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<user@bridge.test>\r\nRSET\r\nQUIT\r\n".utf8))
            await client.finish()
            for code in [220, 250, 250, 250, 250, 221] { #expect(try await client.code() == code) }
            #expect(try await client.reply().isEmpty)
        }
    }

    @Test func `who closes his half behind the final dot hears what became of the message`() async throws {
        try await withServer(ScriptedReceiver()) { port in
            let client = try await Client(port: port)
            await client.send(Array("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<user@bridge.test>\r\nDATA\r\n".utf8))
            for code in [220, 250, 250, 250, 354] { #expect(try await client.code() == code) }
            await client.send(Array("text\r\n.\r\n".utf8))
            await client.finish()
            #expect(try await client.code() == 250)
            #expect(try await client.reply().isEmpty)
        }
    }

    @Test func `a message that is cut off leaves nothing`() async throws {
        let receiver = ScriptedReceiver()
        try await withServer(receiver) { port in
            let client = try await Client(port: port)
            await client.send(
                Array("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<user@bridge.test>\r\nDATA\r\ntext\r\n.\r".utf8))
            await client.finish()
            for code in [220, 250, 250, 250, 354] { #expect(try await client.code() == code) }
            #expect(try await client.reply().isEmpty)
        }
        #expect(receiver.messages.isEmpty)
        #expect(receiver.aborted == 1)
    }

    @Test func `a large message arrives whole`() async throws {
        let receiver = ScriptedReceiver()
        let body = Array(repeating: Array("..0123456789\r\n".utf8), count: 200_000).flatMap(\.self)
        try await withServer(receiver) { port in
            let client = try await Client(port: port)
            await client.send(Array("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<user@bridge.test>\r\nDATA\r\n".utf8))
            await client.send(body)
            await client.send(Array(".\r\n".utf8))
            for code in [220, 250, 250, 250, 354, 250] { #expect(try await client.code() == code) }
        }
        #expect(receiver.messages.first?.octets.count == body.count - 200_000)
    }

    @Test func `a stop tells the idle 421 and lets a message end`() async throws {
        let receiver = ScriptedReceiver()
        try await withStop(receiver) { port, stop in
            let (idle, busy) = (try await Client(port: port), try await Client(port: port))
            #expect(try await idle.code() == 220)
            await busy.send(Array("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<user@bridge.test>\r\nDATA\r\nte".utf8))
            for code in [220, 250, 250, 250, 354] { #expect(try await busy.code() == code) }
            stop()
            #expect(try await idle.code() == 421)
            await busy.send(Array("xt\r\n.\r\n".utf8))
            #expect(try await busy.code() == 250)
            #expect(try await busy.code() == 421)
        }
        #expect(receiver.messages.count == 1)
    }

    /// Runs a server with the usual time to stop, until `body` is done; it may begin the stop itself.
    private func withStop(
        _ receiver: ScriptedReceiver, _ body: (_ port: Int, _ stop: () -> Void) async throws -> Void
    ) async throws {
        let listener = ListenerOptions(name: "mx", address: .tcp(.v4(0x7F00_0001), port: 0), mode: .mx)
        var options = SMTPServerOptions(hostname: "mx.bridge.test", listeners: [listener])
        options.greetingDelay = nil
        let service = SMTPService(
            options, receiver: receiver, registry: Registry(), logger: Logger(label: "test"))
        try await service.bind()
        let port = try #require(service.addresses["mx"]?.port)
        let running = Task { try await service.run() }
        defer { running.cancel() }
        try await body(port) { running.cancel() }
        running.cancel()
        try await running.value
    }

    @Test func `a reload binds what is new and keeps what is as it was`() async throws {
        let receiver = ScriptedReceiver()
        try await withService(receiver) { service, port in
            let client = try await Client(port: port)
            #expect(try await client.code() == 220)
            var options = SMTPServerOptions(
                hostname: "new.bridge.test",
                listeners: [
                    ListenerOptions(name: "mx", address: .tcp(.v4(0x7F00_0001), port: 0), mode: .mx),
                    ListenerOptions(name: "other", address: .tcp(.v4(0x7F00_0001), port: 0), mode: .lmtp),
                ])
            try await service.reconfigure(options)
            #expect(service.addresses["mx"]?.port == port)
            let other = try #require(service.addresses["other"]?.port)
            #expect(try await Client(port: other).reply() == ["220 new.bridge.test LMTP Transom"])
            await client.say("NOOP")
            #expect(try await client.code() == 250)
            options.listeners[1].address = .tcp(.v4(0x7F00_0001), port: port)
            await #expect(throws: ListenerError.self) { try await service.reconfigure(options) }
            #expect(service.addresses["other"]?.port == other)
            options.listeners.removeLast()
            try await service.reconfigure(options)
            #expect(service.addresses["other"] == nil)
        }
    }
}
