import DNS
import Foundation
import NIOPosix
import Telemetry
import Testing

@Suite struct DNSResolverTests {
    private let metrics = Registry()

    private func resolver(
        _ servers: ScriptedServer..., timeout: Duration = .seconds(2), rounds: Int = 2,
        trustsAD: Bool = false
    ) throws -> DNSResolver {
        try DNSResolver(
            DNSOptions(
                servers: servers.map { "127.0.0.1:\($0.port)" }, timeout: timeout, rounds: rounds,
                trustsAD: trustsAD),
            group: MultiThreadedEventLoopGroup.singleton, metrics: metrics)
    }

    /// A server that always answers with `reply`, and what the resolver makes of it.
    private func ask(_ reply: TestReply, _ name: String = "example.com", _ type: DNSRecordType = .a)
        async throws
        -> DNSAnswer
    {
        let server = try await ScriptedServer { [reply.octets(to: $0)] }
        let answer = try await resolver(server).resolve(name, type)
        await server.stop()
        return answer
    }

    static let records: [(DNSRecordType, [UInt8], DNSRecord)] = [
        (.a, [192, 0, 2, 1], .address([192, 0, 2, 1])),
        (.aaaa, Array(0..<16), .address(Array(0..<16))),
        (.ptr, TestReply.name("Mail.example.org"), .name("mail.example.org")),
        (.ptr, [2, 0x61, 0x2E, 1, 0xFF, 0], .name("a\\046.\\255")),
        (.ptr, [0xC0, 12], .name("example.com")),
        (.mx, [0, 10] + TestReply.name("mx.example.org"), .exchange(preference: 10, name: "mx.example.org")),
        (.mx, [0, 0, 0], .exchange(preference: 0, name: "")),
        (.txt, [2, 0x61, 0x62, 1, 0x63], .text([0x61, 0x62, 0x63])),
        (.txt, [0], .text([])),
    ]

    @Test(arguments: records.indices)
    func `records are read`(index: Int) async throws {
        let (type, data, expected) = Self.records[index]
        let answer = try await ask(
            TestReply(answers: [.init(type: type.rawValue, data: data)]), "example.com", type)
        #expect(answer == DNSAnswer(.records([expected])))
    }

    static let damaged: [(DNSRecordType, [UInt8])] = [
        (.a, [1, 2, 3]), (.a, [1, 2, 3, 4, 5]), (.aaaa, [1]), (.ptr, []), (.ptr, [3, 0x61]),
        (.ptr, [0x40, 0]),
        (.ptr, [0xC0]), (.ptr, [0xC0, 0xFF]), (.mx, [0]), (.mx, [0, 1]), (.txt, []), (.txt, [5, 0x61]),
        (.ptr, [0, 1]),
    ]

    @Test(arguments: damaged.indices)
    func `a damaged record fails the whole answer`(index: Int) async throws {
        let (type, data) = Self.damaged[index]
        let good = TestReply.Record(type: 1, data: [192, 0, 2, 1])
        let answer = try await ask(
            TestReply(answers: [good, .init(type: type.rawValue, data: data)]), "example.com", type)
        #expect(answer.outcome == .failure(.malformed))
    }

    @Test func `no data and no name are told apart`() async throws {
        #expect(try await ask(TestReply()).outcome == .noData)
        #expect(try await ask(TestReply(code: 3)).outcome == .nxDomain)
        #expect(
            try await ask(TestReply(answers: [.a(1, 2, 3, 4, owner: "other.example")])).outcome == .noData)
    }

    @Test func `aliases are followed inside the answer`() async throws {
        let chain: [TestReply.Record] = [
            .a(192, 0, 2, 9, owner: "c.example.com"), .cname("B.example.com"),
            .cname("c.example.com", owner: "b.EXAMPLE.com"),
        ]
        #expect(try await ask(TestReply(answers: chain)).outcome == .records([.address([192, 0, 2, 9])]))
        #expect(try await ask(TestReply(code: 3, answers: [.cname("gone.example.com")])).outcome == .nxDomain)
        let circle: [TestReply.Record] = [
            .cname("b.example.com"), .cname("example.com", owner: "b.example.com"),
        ]
        #expect(try await ask(TestReply(answers: circle)).outcome == .failure(.aliasLoop))
        let long = (0..<20).map {
            TestReply.Record.cname("n\($0 + 1).example", owner: $0 == 0 ? nil : "n\($0).example")
        }
        #expect(try await ask(TestReply(answers: long)).outcome == .failure(.aliasLoop))
    }

    @Test func `what does not fit is asked for over TCP`() async throws {
        let server = try await ScriptedServer { question in
            question.isTCP
                ? [TestReply(answers: (1...200).map { .a(10, 0, 0, $0) }).octets(to: question)]
                : [TestReply(flags: 0x8380).octets(to: question)]
        }
        let answer = try await resolver(server).resolve("example.com", .a)
        guard case .records(let records) = answer.outcome else {
            Issue.record("no records: \(answer)")
            return
        }
        #expect(records.count == 200)
        #expect(server.asked.map(\.isTCP) == [false, true])
        await server.stop()
    }

    @Test func `forged replies are passed over`() async throws {
        let server = try await ScriptedServer { question in
            var otherID = question
            otherID.id ^= 1
            var otherName = question
            otherName.section[13 - 12] ^= 1
            var otherType = question
            otherType.section[otherType.section.count - 3] = 28
            let forged = TestReply(answers: [.a(6, 6, 6, 6)])
            return [[], [1, 2, 3], Array(repeating: 0xC0, count: 600)]
                + [otherID, otherName, otherType].map { forged.octets(to: $0) }
                + [TestReply(answers: [.a(192, 0, 2, 1)]).octets(to: question)]
        }
        #expect(
            try await resolver(server).resolve("example.com", .a).outcome
                == .records([.address([192, 0, 2, 1])]))
        #expect(server.asked.count == 1)
        await server.stop()
    }

    @Test func `letters in another case than sent are checked over TCP`() async throws {
        let server = try await ScriptedServer { question in
            guard !question.isTCP else {
                return [TestReply(answers: [.a(192, 0, 2, 1)]).octets(to: question)]
            }
            var folded = question
            folded.section = TestReply.name(question.name) + [0, 1, 0, 1]
            return [TestReply(answers: [.a(6, 6, 6, 6)]).octets(to: folded)]
        }
        // Forty letters: all sent in lower case by chance once in a million million questions.
        let name = "abcdefghijklmnopqrstuvwxyzabcdefghijklmn.example.com"
        #expect(try await resolver(server).resolve(name, .a).outcome == .records([.address([192, 0, 2, 1])]))
        await server.stop()
    }

    @Test func `a server that fails is passed over for the next`() async throws {
        for code in [UInt16(2), 5, 9] {
            let bad = try await ScriptedServer { [TestReply(code: code).octets(to: $0)] }
            let good = try await ScriptedServer { [TestReply(answers: [.a(192, 0, 2, 1)]).octets(to: $0)] }
            #expect(
                try await resolver(bad, good).resolve("example.com", .a).outcome
                    == .records([.address([192, 0, 2, 1])]))
            #expect(bad.asked.count == 1)
            await bad.stop()
            await good.stop()
        }
    }

    @Test func `each server is asked as often as the rounds say`() async throws {
        let silent = try await ScriptedServer { _ in [] }
        let broken = try await ScriptedServer { [TestReply(code: 2).octets(to: $0)] }
        #expect(
            try await resolver(silent, broken, timeout: .milliseconds(150)).resolve("example.com", .a).outcome
                == .failure(.serverFailure))
        #expect(silent.asked.count == 2)
        #expect(broken.asked.count == 2)
        #expect(
            try await resolver(silent, timeout: .milliseconds(150)).resolve("example.com", .a).outcome
                == .failure(.timeout))
        await silent.stop()
        await broken.stop()
    }

    @Test func `a closed port fails at once`() async throws {
        // Port 1 is closed on loopback; one that a server has just left may be another test's by now. A resolver
        // that waited would say `timeout`.
        let closed = try DNSResolver(
            DNSOptions(servers: ["127.0.0.1:1"], timeout: .seconds(60)),
            group: MultiThreadedEventLoopGroup.singleton, metrics: metrics)
        let answer = await closed.resolve("example.com", .a)
        #expect(answer.outcome == .failure(.unreachable))
    }

    @Test func `a server without EDNS is asked without`() async throws {
        let server = try await ScriptedServer { question in
            question.hasEDNS
                ? [TestReply(code: 1).octets(to: question)]
                : [TestReply(answers: [.a(192, 0, 2, 1)]).octets(to: question)]
        }
        #expect(
            try await resolver(server).resolve("example.com", .a).outcome
                == .records([.address([192, 0, 2, 1])]))
        #expect(server.asked.map(\.hasEDNS) == [true, false])
        await server.stop()
    }

    @Test func `a validated answer says so when the server is on loopback`() async throws {
        #expect(try await ask(TestReply(flags: 0x81A0, answers: [.a(1, 1, 1, 1)])).isAuthentic)
        #expect(try await ask(TestReply(flags: 0x81A0)).isAuthentic)
        #expect(try await !ask(TestReply(answers: [.a(1, 1, 1, 1)])).isAuthentic)
        let server = try await ScriptedServer { [TestReply().octets(to: $0)] }
        _ = try await resolver(server).resolve("example.com", .a)
        #expect(server.asked.first?.wantsAD == true)
        await server.stop()
    }

    @Test func `answers are kept for their time`() async throws {
        let server = try await ScriptedServer { question in
            switch question.name {
            case "there.example.com": [TestReply(answers: [.a(1, 1, 1, 1)]).octets(to: question)]
            case "soa.example.com": [TestReply(code: 3, authority: [.soa(minimum: 60)]).octets(to: question)]
            case "bare.example.com": [TestReply(code: 3).octets(to: question)]
            default: [TestReply(code: 2).octets(to: question)]
            }
        }
        let resolver = try resolver(server, rounds: 1)
        for (name, times) in [("there", 1), ("soa", 1), ("bare", 2), ("broken", 1)] {
            let before = server.asked.count
            let first = await resolver.resolve("\(name).example.com", .a)
            #expect(await resolver.resolve("\(name.uppercased()).Example.COM.", .a) == first)
            #expect(server.asked.count - before == times, "\(name)")
        }
        #expect(metrics.prometheus().contains("transom_dns_cache_hits_total 3"))
        #expect(metrics.prometheus().contains(#"transom_dns_questions_total{type="A",outcome="nxdomain"} 3"#))
        await server.stop()
    }

    @Test func `equal questions under way share one query`() async throws {
        let server = try await ScriptedServer { question in
            // The first try is lost, so that all of them wait.
            question.position == 0 ? [] : [TestReply(answers: [.a(1, 1, 1, 1)]).octets(to: question)]
        }
        let resolver = try resolver(server, timeout: .milliseconds(300))
        let answers = await withTaskGroup(of: DNSAnswer.self) { group in
            for _ in 0..<50 { group.addTask { await resolver.resolve("example.com", .a) } }
            return await group.reduce(into: [DNSAnswer]()) { $0.append($1) }
        }
        #expect(answers.count == 50)
        #expect(answers.allSatisfy { $0.outcome == .records([.address([1, 1, 1, 1])]) })
        #expect(server.asked.count == 2)
        await server.stop()
    }

    @Test func `a cancelled wait ends at once`() async throws {
        let server = try await ScriptedServer { _ in [] }
        let resolver = try resolver(server, timeout: .seconds(30))
        let start = ContinuousClock.now
        let answer = await withTaskGroup(of: DNSAnswer.self) { group in
            group.addTask { await resolver.resolve("example.com", .a) }
            while server.asked.isEmpty { await Task.yield() }
            group.cancelAll()
            return await group.next()
        }
        #expect(answer?.outcome == .failure(.cancelled))
        #expect(.now - start < .seconds(60))
        await server.stop()
    }

    @Test(arguments: [
        "", ".", "a..b", ".a", String(repeating: "a", count: 64), "münchen.example", "a b", "a\\.b",
        Array(repeating: "abcdefghi", count: 26).joined(separator: "."),
    ])
    func `a name nobody could be asked for is no failure of the DNS`(name: String) async throws {
        let server = try await ScriptedServer { _ in [] }
        #expect(try await resolver(server).resolve(name, .a).outcome == .unaskable)
        #expect(server.asked.isEmpty)
        await server.stop()
    }

    @Test func `hostile replies do no harm`() async throws {
        let server = try await ScriptedServer { question in
            var generator = SplitMix64(state: UInt64(question.position))
            var octets = TestReply(
                answers: [.cname("b.example.com"), .a(1, 2, 3, 4, owner: "b.example.com")],
                authority: [.soa(minimum: 9)]
            ).octets(to: question)
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 2..<octets.count, using: &generator)
                octets[place] =
                    [0, 0xFF, 0xC0, UInt8.random(in: 0...255, using: &generator)]
                    .randomElement(using: &generator) ?? 0
            }
            return [Array(octets.prefix(Int.random(in: 0...octets.count, using: &generator))), octets]
        }
        let resolver = try resolver(server, timeout: .milliseconds(60), rounds: 1)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<10 {
                group.addTask {
                    for number in 0..<20 { _ = await resolver.resolve("h\(task)-\(number).example.com", .a) }
                }
            }
        }
        #expect(server.asked.count > 100)
        await server.stop()
    }

    @Test func `the name of an address counts when it leads back`() async throws {
        let server = try await ScriptedServer { question in
            let reply =
                switch (question.name, question.type) {
                case ("1.2.0.192.in-addr.arpa", 12):
                    TestReply(answers: [
                        .init(type: 12, data: TestReply.name("liar.example.org")),
                        .init(type: 12, data: TestReply.name("mail.example.org")),
                    ])
                case ("mail.example.org", 1): TestReply(answers: [.a(10, 0, 0, 1), .a(192, 0, 2, 1)])
                case ("liar.example.org", 1): TestReply(answers: [.a(10, 0, 0, 1)])
                default: TestReply(code: 3)
                }
            return [reply.octets(to: question)]
        }
        let resolver = try resolver(server)
        #expect(await resolver.confirmedName(of: [192, 0, 2, 1]) == "mail.example.org")
        #expect(await resolver.confirmedName(of: [192, 0, 2, 2]) == nil)
        #expect(DNSResolver.reverseName(of: [192, 0, 2, 1], zone: "bl.example") == "1.2.0.192.bl.example")
        #expect(
            DNSResolver.reverseName(of: [0x20, 0x01] + Array(repeating: 0, count: 14)).hasSuffix(
                "0.1.0.0.2.ip6.arpa"))
        await server.stop()
    }

    @Test func `servers come from the system's file, read again when it changes`() async throws {
        let first = try await ScriptedServer { [TestReply(answers: [.a(1, 1, 1, 1)]).octets(to: $0)] }
        let second = try await ScriptedServer { [TestReply(answers: [.a(2, 2, 2, 2)]).octets(to: $0)] }
        let path = NSTemporaryDirectory() + "transom-resolv-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        func write(_ server: ScriptedServer) throws {
            try
                "# c\nsearch x\nnameserver nonsense\nnameserver\t127.0.0.1:\(server.port)\noptions rotate timeout:1 attempts:1\n"
                .write(toFile: path, atomically: true, encoding: .utf8)
        }
        try write(first)
        let resolver = try DNSResolver(
            DNSOptions(resolverFile: path, lookInterval: .zero), group: MultiThreadedEventLoopGroup.singleton,
            metrics: metrics)
        #expect(await resolver.resolve("a.example.com", .a).outcome == .records([.address([1, 1, 1, 1])]))
        try write(second)
        #expect(await resolver.resolve("b.example.com", .a).outcome == .records([.address([2, 2, 2, 2])]))
        await first.stop()
        await second.stop()
    }

    @Test(arguments: ["nonsense", "1.2.3.4:x", "[::1", "1.2.3.4:99999", "example.com:53"])
    func `a server that is no address is an error`(text: String) {
        #expect(throws: DNSOptionsError.badServer(text)) {
            try DNSResolver(
                DNSOptions(servers: [text]), group: MultiThreadedEventLoopGroup.singleton, metrics: metrics)
        }
    }
}

/// A generator whose sequence follows from its seed.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
