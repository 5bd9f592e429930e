import Foundation
import Mail
import NIOCore
import SMTP
import SMTPServer
import SMTPTestSupport
import Testing

/// What `docs/smtp.md` promises under *Limits* that needs connections; the budgets of a session are dialogues.
@Suite struct LimitTests {
    private let tooMany = ["421 4.7.0 Too many connections, try again later"]
    private let overloaded = ["421 4.3.2 Overloaded, try again later"]

    @Test func `a message on its way counts as memory until its fate is known`() async throws {
        try await withServer(ScriptedReceiver(), { $0.limits.memory = ByteCount(100_000) }) { port in
            let waiting = try await Client(port: port)
            for line in ["EHLO c", "MAIL FROM:<a@client.test>", "RCPT TO:<b@bridge.test>"] {
                _ = try await waiting.reply()
                await waiting.say(line)
            }
            #expect(try await waiting.code() == 250)
            let sender = try await Client(port: port)
            for line in ["EHLO c", "MAIL FROM:<a@client.test>", "RCPT TO:<b@bridge.test>", "DATA"] {
                _ = try await sender.reply()
                await sender.say(line)
            }
            #expect(try await sender.code() == 354)
            await sender.send([UInt8](repeating: UInt8(ascii: "a"), count: 100_000))
            var code = 220
            for _ in 0..<500 where code == 220 {
                let newcomer = try await Client(port: port)
                code = try await newcomer.code()
                await newcomer.close()
            }
            #expect(code == 421)
            await waiting.say("DATA")
            #expect(try await waiting.code() == 452)
            await sender.say("\r\n.")
            #expect(try await sender.code() == 250)
            #expect(try await Client(port: port).code() == 220)
        }
    }

    @Test func `connections over the limit of an address are told 421, and the others go on`() async throws {
        try await withServer(ScriptedReceiver(), { $0.limits.connectionsPerAddress = 2 }) { port in
            let first = try await Client(port: port)
            let second = try await Client(port: port)
            #expect(try await first.code() == 220)
            #expect(try await second.code() == 220)
            let third = try await Client(port: port)
            #expect(try await third.reply() == tooMany)
            #expect(try await third.reply().isEmpty)
            await first.say("QUIT")
            #expect(try await first.code() == 221)
            #expect(try await first.reply().isEmpty)
            #expect(try await Client(port: port).code() == 220)
        }
    }

    @Test func `connections over the limit of all, and over the rate, are told 421`() async throws {
        try await withServer(ScriptedReceiver(), { $0.limits.connections = 1 }) { port in
            let first = try await Client(port: port)
            #expect(try await first.code() == 220)
            #expect(try await Client(port: port).reply() == tooMany)
        }
        let rate = Rate(2, per: .seconds(3600))
        try await withServer(ScriptedReceiver(), { $0.limits.connectionRatePerAddress = rate }) {
            port async throws in
            for _ in 0..<2 { #expect(try await Client(port: port).code() == 220) }
            #expect(try await Client(port: port).reply() == tooMany)
        }
    }

    @Test func `sessions that hold too much memory turn newcomers away`() async throws {
        try await withServer(ScriptedReceiver(), { $0.limits.memory = ByteCount(9000) }) { port in
            let first = try await Client(port: port)
            #expect(try await first.code() == 220)
            #expect(try await Client(port: port).reply() == overloaded)
        }
    }

    @Test func `while memory is short no message begins, those under way go on, and it ends`() async throws {
        let receiver = ScriptedReceiver()
        try await withServer(receiver, { $0.limits.memory = ByteCount(30_000) }) { port in
            let (busy, waiting, greedy) = (
                try await Client(port: port), try await Client(port: port), try await Client(port: port)
            )
            for client in [busy, waiting, greedy] {
                await client.say("EHLO c")
                for code in [220, 250] { #expect(try await client.code() == code) }
            }
            await busy.send(Array("MAIL FROM:<>\r\nRCPT TO:<user@bridge.test>\r\nDATA\r\n".utf8))
            for code in [250, 250, 354] { #expect(try await busy.code() == code) }
            // The reply to the first line says that the beginning of the second one is held.
            await greedy.send(Array("NOOP\r\nNOOP ".utf8) + Array(repeating: 0x78, count: 7_000))
            #expect(try await greedy.code() == 250)
            await waiting.say("MAIL FROM:<>")
            #expect(try await waiting.reply() == ["452 4.3.1 Out of memory, try again later"])
            #expect(try await Client(port: port).reply() == overloaded)
            await busy.send(Array("text\r\n.\r\n".utf8))
            #expect(try await busy.code() == 250)
            await greedy.say("")
            #expect(try await greedy.code() == 250)
            await waiting.say("MAIL FROM:<>")
            #expect(try await waiting.code() == 250)
        }
        #expect(receiver.messages.count == 1)
    }

    @Test(arguments: ["QUIT", "EHLO c", ""])
    func `sessions that ended hold no memory, however they end`(last: String) async throws {
        try await withServer(ScriptedReceiver(), { $0.limits.memory = ByteCount(20_000) }) { port in
            for _ in 0..<5 {
                let client = try await Client(port: port)
                #expect(try await client.code() == 220)
                await client.say(last)
                if last.isEmpty { await client.finish() }
                _ = try await client.reply()
                await client.close()
            }
        }
    }

    @Test func `a peer that does not read its replies is not read from, and misses none`() async throws {
        try await withServer(ScriptedReceiver(), { $0.limits.idleCommands = .max }) { port in
            let deaf = try #require(try DeafPeer(port: port))
            let commands = Array(repeating: Array("HELP\r\n".utf8), count: 1_000).flatMap(\.self)
            var sent = 0
            while sent < DeafPeer.patience, deaf.canSend(within: 300) { sent += deaf.send(commands) }
            #expect(sent < DeafPeer.patience)
            // The greeting, and a line for each command that went out whole.
            #expect(deaf.linesUntilClose() == 1 + sent / 6)
        }
    }
}

/// A client with a small receive buffer that reads only when it is told to.
private final class DeafPeer {
    /// Octets of commands that no sane buffer of the system holds.
    static let patience = 64 << 20
    private let descriptor: Int32

    init?(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var size: Int32 = 4096
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        let result = try unsafe SocketAddress(ipAddress: "127.0.0.1", port: port).withSockAddr {
            unsafe connect(descriptor, $0, socklen_t($1))
        }
        guard result == 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Whether the system takes more within so many milliseconds.
    func canSend(within milliseconds: Int32) -> Bool {
        var look = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&look, 1, milliseconds) == 1
    }

    /// Sends what the system takes at once; answers how much.
    func send(_ octets: [UInt8]) -> Int {
        max(0, unsafe Foundation.send(descriptor, octets, octets.count, Int32(MSG_DONTWAIT)))
    }

    /// Ends our half and reads to the end of the other one; answers how many lines came.
    func linesUntilClose() -> Int {
        shutdown(descriptor, Int32(SHUT_WR))
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var lines = 0
        while true {
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return lines }
            lines += buffer[..<count].count { $0 == 10 }
        }
    }
}
