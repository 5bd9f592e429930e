import Foundation
import Mail
import NIOCore
import NIOPosix
import SMTP
import SMTPServer
import SMTPTestSupport
import TLS
import Testing

/// Who is at the other end, and what that means.
@Suite struct PeerTests {
    private static let loopback = [IPNetwork("127.0.0.0/8")].compactMap(\.self)

    /// The code a client gets that comes through a proxy from `address`.
    private func code(_ client: Client, from address: String) async throws -> Int {
        let family = address.contains(":") ? "TCP6" : "TCP4"
        await client.say("PROXY \(family) \(address) \(address) 4000 25")
        return try await client.code()
    }

    @Test func `TLS that begins in the segment of the PROXY header loses nothing`() async throws {
        try await withServer(
            ScriptedReceiver(),
            {
                $0.listeners[0].mode = .submissions
                $0.listeners[0].proxyFrom = Self.loopback
                $0.timeouts.handshake = .seconds(2)
            }, tls: .selfSigned()
        ) { port in
            let client = try await Client(port: port)
            try await client.startTLS(behind: Array("PROXY TCP4 192.0.2.7 192.0.2.1 4000 465\r\n".utf8))
            #expect(try await client.code() == 220)
        }
    }

    @Test func `IPv6 counts by its /64, IPv4 by its address, and mapped IPv4 as IPv4`() async throws {
        try await withServer(
            ScriptedReceiver(),
            {
                $0.limits.connectionsPerAddress = 1
                $0.listeners[0].proxyFrom = Self.loopback
            }
        ) { port in
            var clients: [Client] = []
            let expected = [
                ("2001:db8:1:2::1", 220), ("2001:db8:1:2:ffff::9", 421), ("2001:db8:1:3::1", 220),
                ("192.0.2.1", 220), ("::ffff:192.0.2.1", 421), ("192.0.2.2", 220),
            ]
            for (address, code) in expected {
                clients.append(try await Client(port: port))
                let answer = try await self.code(clients[clients.count - 1], from: address)
                #expect(answer == code, "\(address)")
            }
        }
    }

    @Test func `the rate of new connections counts by /64 too`() async throws {
        try await withServer(
            ScriptedReceiver(),
            {
                $0.limits.connectionRatePerAddress = Rate(1, per: .seconds(3600))
                $0.listeners[0].proxyFrom = Self.loopback
            }
        ) { port in
            let expected = [("2001:db8::1", 220), ("2001:db8::2", 421), ("2001:db8:0:1::2", 220)]
            for (address, code) in expected {
                let client = try await Client(port: port)
                let answer = try await self.code(client, from: address)
                #expect(answer == code, "\(address)")
                await client.close()
            }
        }
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func `the IPv6 wildcard takes IPv4 too, and calls it so`(address: String) async throws {
        let receiver = ScriptedReceiver()
        try await withServer(receiver, { $0.listeners[0].address = .tcp(.v6(high: 0, low: 0), port: 0) }) {
            port in
            let client = try await Client(SocketAddress(ipAddress: address, port: port))
            await client.send(Array("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<user@bridge.test>\r\n".utf8))
            await client.send(Array("DATA\r\n.\r\nQUIT\r\n".utf8))
            for code in [220, 250, 250, 250, 354, 250, 221] { #expect(try await client.code() == code) }
        }
        #expect(receiver.messages.first?.facts.session.peer.address == IPAddress(address))
    }

    @Test func `a Unix socket that nobody answers on is replaced, and nothing else is`() async throws {
        let path = NSTemporaryDirectory() + "transom-\(UUID().uuidString.prefix(8)).sock"
        defer { try? FileManager.default.removeItem(atPath: path) }
        // NIO removes the path it bound; the other name of the same socket stays, as after a kill.
        let stale = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(unixDomainSocketPath: path + ".bound").get()
        try FileManager.default.linkItem(atPath: path + ".bound", toPath: path)
        try await stale.close()
        let change = { (options: inout SMTPServerOptions) in options.listeners[0].address = .unix(path) }
        try await withService(ScriptedReceiver(), change) { _, _ in
            await #expect(throws: ListenerError.pathInUse(path: path)) {
                try await withService(ScriptedReceiver(), change) { _, _ in }
            }
            let client = try await Client(SocketAddress(unixDomainSocketPath: path))
            #expect(try await client.code() == 220)
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        await #expect(throws: ListenerError.pathIsNoSocket(path: path)) {
            try await withService(ScriptedReceiver(), change) { _, _ in }
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("precious".utf8))
    }
}
