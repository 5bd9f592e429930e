import Logging
import Mail
import NIOCore
import SMTP
import SMTPServer
import SMTPTestSupport
import Telemetry
import Testing

@Suite struct EarlyTalkerTests {
    @Test func `who has spoken before we look is refused, and who has only hung up is not`() async throws {
        let receiver = ScriptedReceiver()
        let listener = ListenerOptions(name: "mx", address: .tcp(.v4(0x7F00_0001), port: 0), mode: .mx)
        let options = SMTPServerOptions(hostname: "mx.bridge.test", listeners: [listener])
        let registry = Registry()
        let service = SMTPService(
            options, receiver: receiver, registry: registry, logger: Logger(label: "test"))
        try await service.bind()
        let port = try #require(service.addresses["mx"]?.port)
        // Bound but not accepting: what they do is there before anybody looks.
        let (early, half, polite) = (
            try await Client(port: port), try await Client(port: port), try await Client(port: port)
        )
        await early.say("EHLO client.example")
        await half.finish()
        let running = Task { try await service.run() }
        #expect(try await early.reply() == ["554 5.5.1 Input out of step, closing"])
        #expect(try await early.reply().isEmpty)
        #expect(try await half.code() == 220)
        #expect(try await polite.code() == 220)
        await polite.say("EHLO client.example")
        #expect(try await polite.code() == 250)
        #expect(registry.prometheus().contains("transom_smtp_early_talkers_total 1"))
        running.cancel()
        try await running.value
    }

    @Test func `a greeting that waits finds those who do not`() async throws {
        try await withServer(ScriptedReceiver(), { $0.greetingDelay = .seconds(3600) }) { port in
            let early = try await Client(port: port)
            await early.say("EHLO client.example")
            #expect(try await early.code() == 554)
            #expect(try await early.reply().isEmpty)
        }
        try await withServer(ScriptedReceiver(), { $0.greetingDelay = .milliseconds(20) }) { port in
            let polite = try await Client(port: port)
            #expect(try await polite.code() == 220)
            await polite.say("EHLO client.example")
            #expect(try await polite.code() == 250)
        }
    }

    @Test func `trusted networks and other modes than mx are greeted at once`() async throws {
        let trusted = [IPNetwork("127.0.0.0/8")].compactMap(\.self)
        let changes: [(inout SMTPServerOptions) -> Void] = [
            { $0.trustedNetworks = trusted }, { $0.listeners[0].mode = .lmtp },
        ]
        for change in changes {
            try await withServer(
                ScriptedReceiver(),
                {
                    $0.greetingDelay = .seconds(3600)
                    change(&$0)
                }
            ) { port async throws in
                #expect(try await Client(port: port).code() == 220)
            }
        }
    }

    @Test func `a stop does not wait for the greeting`() async throws {
        var waiting: Client?
        try await withServer(ScriptedReceiver(), { $0.greetingDelay = .seconds(3600) }) { port in
            waiting = try await Client(port: port)
            // A connection that is there before the stop; the server says 421 to whoever is not in a transaction.
            let early = try await Client(port: port)
            await early.say("NOOP")
            #expect(try await early.code() == 554)
        }
        #expect(try await waiting?.code() == 421)
    }
}
