import Mail
import SMTP
import SMTPServer
import SMTPTestSupport
import Synchronization
import Testing

@Suite struct PeerNameTests {
    private let peer = IPAddress("192.0.2.77")

    /// Sends one message behind a proxy that says it comes from 192.0.2.77; answers what the receiver knew.
    private func message(
        _ names: some PeerNames, _ change: (inout SMTPServerOptions) -> Void = { _ in },
        beforeData: () async -> Void = {}
    ) async throws -> SessionFacts? {
        let receiver = ScriptedReceiver()
        try await withService(
            receiver, names: names,
            {
                $0.listeners[0].proxyFrom = [IPNetwork("127.0.0.0/8")].compactMap(\.self)
                change(&$0)
            }
        ) { _, port in
            let client = try await Client(port: port)
            await client.say("PROXY TCP4 192.0.2.77 192.0.2.1 56324 25")
            #expect(try await client.code() == 220)
            await client.send(Array("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<user@bridge.test>\r\n".utf8))
            for _ in 0..<3 { #expect(try await client.code() == 250) }
            await beforeData()
            // The loop that is told the name has turned once more by then.
            await client.say("NOOP")
            #expect(try await client.code() == 250)
            await client.send(Array("DATA\r\n.\r\n".utf8))
            for code in [354, 250] { #expect(try await client.code() == code) }
        }
        return receiver.messages.first?.facts.session
    }

    @Test func `a name that is found while the session runs goes with the message`() async throws {
        let names = ScriptedNames("mail.example.org")
        let session = try await message(names, beforeData: { await names.asked() })
        #expect(names.addresses == [peer])
        #expect(session?.remoteName == "mail.example.org")
    }

    @Test func `nothing waits for a name, and its search ends with the connection`() async throws {
        let names = ScriptedNames(nil)
        let session = try await message(names)
        #expect(session?.remoteName == nil)
        await names.cancelled()
    }

    @Test func `over the limit peers go without a name, until a search has ended`() async throws {
        let names = ScriptedNames(nil)
        try await withService(
            ScriptedReceiver(), names: names,
            {
                $0.listeners[0].proxyFrom = [IPNetwork("127.0.0.0/8")].compactMap(\.self)
                $0.limits.nameLookups = 1
            }
        ) { _, port in
            func client(from address: String) async throws -> Client {
                let client = try await Client(port: port)
                await client.say("PROXY TCP4 \(address) 192.0.2.1 56324 25")
                #expect(try await client.code() == 220)
                return client
            }
            let first = try await client(from: "192.0.2.77")
            while names.addresses.isEmpty { await Task.yield() }
            _ = try await client(from: "192.0.2.78")
            await first.close()
            await names.cancelled()
            while names.addresses.count < 2 { _ = try await client(from: "192.0.2.79") }
        }
        #expect(names.addresses == [peer, IPAddress("192.0.2.79")])
    }

    @Test func `no name is looked for where that is off, nor for this machine`() async throws {
        let names = ScriptedNames("mail.example.org")
        _ = try await message(names) { $0.looksUpNames = false }
        try await withService(ScriptedReceiver(), names: names) { _, port async throws in
            #expect(try await Client(port: port).code() == 220)
        }
        #expect(names.addresses.isEmpty)
    }
}

/// Names as a test wants them; without one a search goes on until it is cancelled.
private final class ScriptedNames: PeerNames {
    private let name: String?
    private let asks = Mutex<[IPAddress?]>([])
    private let events: (asked: AsyncStream<Void>, ended: AsyncStream<Void>)
    private let notify: (asked: AsyncStream<Void>.Continuation, ended: AsyncStream<Void>.Continuation)

    init(_ name: String?) {
        self.name = name
        let (asked, ended) = (AsyncStream<Void>.makeStream(), AsyncStream<Void>.makeStream())
        events = (asked.stream, ended.stream)
        notify = (asked.continuation, ended.continuation)
    }

    var addresses: [IPAddress?] { asks.withLock { $0 } }

    func confirmedName(of address: IPAddress) async -> String? {
        asks.withLock { $0.append(address) }
        defer { notify.asked.yield() }
        guard name == nil else { return name }
        try? await Task.sleep(for: .seconds(3600))
        notify.ended.yield()
        return nil
    }

    func asked() async { for await _ in events.asked { return } }
    func cancelled() async { for await _ in events.ended { return } }
}
