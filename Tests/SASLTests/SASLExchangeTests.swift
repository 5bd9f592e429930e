import CGSASL
import Cryptography
import SASL
import Testing

@Suite struct SASLExchangeTests {
    private let folder: TemporaryFolder
    private let service: SASLService
    private let binding = Array("0123456789abcdef0123456789abcdef".utf8)
    private let password = "correct horse"

    init() throws {
        folder = try TemporaryFolder()
        let store = UserStore(path: folder.file("users"))
        try store.add(name: "alice", password: password, keepPlaintext: true)
        try store.add(name: "bob@example.com", password: "bob's own")
        service = try SASLService(
            SASLOptions(hostname: "mx.example.com"), users: UserStore.open(folder.file("users")))
    }

    private var connection: SASLConnection {
        SASLConnection(
            isEncrypted: true, exporter: binding, certificateEmails: ["carol@example.com", "c@example.com"])
    }

    private func begin(_ mechanism: SASLMechanism) throws -> SASLExchange {
        try #require(service.begin(mechanism.rawValue, on: connection))
    }

    private func log(
        in mechanism: SASLMechanism, as user: String, password: String, actingAs other: String? = nil,
        binding: [UInt8]? = nil
    ) throws -> SASLStep {
        var properties: [Gsasl_property: String] = [GSASL_AUTHID: user, GSASL_PASSWORD: password]
        if mechanism.rawValue.hasSuffix("-PLUS") {
            properties[GSASL_CB_TLS_EXPORTER] = Base64.text(binding ?? self.binding)
        }
        if let other { properties[GSASL_AUTHZID] = other }
        let client = try #require(GSASLClient(mechanism, properties: properties))
        return client.authenticate(with: try begin(mechanism))
    }

    static let passwordMechanisms: [SASLMechanism] = [
        .scramSHA256Plus, .scramSHA256, .scramSHA1Plus, .scramSHA1, .plain, .login, .cramMD5,
    ]

    @Test(arguments: passwordMechanisms)
    func `the right password gets in, everything else is refused alike`(mechanism: SASLMechanism) throws {
        #expect(try log(in: mechanism, as: "alice", password: password) == .succeeded(user: "alice"))
        #expect(try log(in: mechanism, as: "alice", password: "wrong") == .failed(.rejected))
        #expect(try log(in: mechanism, as: "nobody", password: password) == .failed(.rejected))
        #expect(try log(in: mechanism, as: "Alice", password: password) == .failed(.rejected))
    }

    @Test(arguments: [SASLMechanism.scramSHA256, .scramSHA1, .plain])
    func `nobody acts for somebody else`(mechanism: SASLMechanism) throws {
        #expect(
            try log(in: mechanism, as: "alice", password: password, actingAs: "alice")
                == .succeeded(user: "alice"))
        #expect(
            try log(in: mechanism, as: "alice", password: password, actingAs: "bob@example.com")
                == .failed(.rejected))
    }

    @Test(arguments: [SASLMechanism.scramSHA256Plus, .scramSHA1Plus])
    func `a foreign channel binding is refused`(mechanism: SASLMechanism) throws {
        let other = [UInt8](repeating: 7, count: 32)
        #expect(try log(in: mechanism, as: "alice", password: password, binding: other) == .failed(.rejected))
    }

    @Test func `CRAM-MD5 refuses users without a stored password`() throws {
        #expect(try log(in: .cramMD5, as: "bob@example.com", password: "bob's own") == .failed(.rejected))
        #expect(
            try log(in: .plain, as: "bob@example.com", password: "bob's own")
                == .succeeded(user: "bob@example.com"))
    }

    /// Each case: mechanism, messages of the client (nil: none), what the last one gets.
    static let dialogues: [(SASLMechanism, [String?], SASLStep)] = [
        (.plain, ["\0alice\0correct horse"], .succeeded(user: "alice")),
        (.plain, [nil, "\0alice\0correct horse"], .succeeded(user: "alice")),
        (.plain, ["alice\0alice\0correct horse"], .succeeded(user: "alice")),
        (.plain, [""], .failed(.malformed)),
        (.plain, [nil, ""], .failed(.malformed)),
        (.plain, ["alice"], .failed(.malformed)),
        (.plain, ["\0alice\0correct horse\0more"], .failed(.malformed)),
        (.plain, ["\0alice\0"], .failed(.rejected)),
        (.plain, ["\0\0correct horse"], .failed(.rejected)),
        (.plain, ["\0\0"], .failed(.rejected)),
        (.login, ["alice", "correct horse"], .succeeded(user: "alice")),
        (.login, [nil, "alice", "correct horse"], .succeeded(user: "alice")),
        (.login, [nil, "alice", ""], .failed(.rejected)),
        (.login, [nil, ""], .failed(.rejected)),
        (.cramMD5, ["alice 00"], .failed(.malformed)),
        (.cramMD5, [nil, "alice"], .failed(.malformed)),
        (.cramMD5, [nil, ""], .failed(.rejected)),
        (.external, [""], .succeeded(user: "carol@example.com")),
        (.external, [nil, ""], .succeeded(user: "carol@example.com")),
        (.external, ["c@example.com"], .succeeded(user: "c@example.com")),
        (.external, ["mallory@example.com"], .failed(.rejected)),
        (.scramSHA256, [""], .failed(.malformed)),
        (.scramSHA256, ["n,,n=alice"], .failed(.malformed)),
        (.scramSHA256, ["p=tls-exporter,,n=alice,r=abc"], .failed(.malformed)),
        (.scramSHA256, ["y,,n=alice,r=abc"], .failed(.rejected)),
        (.scramSHA256Plus, ["n,,n=alice,r=abc"], .failed(.rejected)),
        (.scramSHA256Plus, ["p=tls-server-end-point,,n=alice,r=abc"], .failed(.rejected)),
        (.scramSHA256Plus, ["p=tls-unique,,n=alice,r=abc"], .failed(.rejected)),
        (.scramSHA1, ["\u{FF}\0\u{1}"], .failed(.malformed)),
    ]

    @Test(arguments: dialogues.indices)
    func `each message gets its answer`(index: Int) throws {
        let (mechanism, messages, expected) = Self.dialogues[index]
        let exchange = try begin(mechanism)
        var answer = SASLStep.failed(.unavailable)
        for message in messages { answer = exchange.step(message.map { Array($0.utf8) }) }
        if answer == .failed(.malformed) || answer == .failed(.rejected) {
            #expect(exchange.step(nil) == .failed(.malformed), "an exchange that is over stays so")
        }
        #expect(answer == expected, "\(mechanism) \(messages)")
    }

    @Test func `hostile octets never get in`() throws {
        var state: UInt64 = 42
        func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
        for round in 0..<300 {
            let mechanism = [SASLMechanism.scramSHA256, .scramSHA1, .cramMD5, .external, .scramSHA256Plus][
                round % 5]
            let exchange = try begin(mechanism)
            for _ in 0..<3 {
                let noise = (0..<Int(next() % 60) + 1).map { _ in UInt8(truncatingIfNeeded: next()) }
                if case .succeeded = exchange.step(noise) { Issue.record("noise got in by \(mechanism)") }
            }
        }
        let long = [UInt8](repeating: 0x61, count: SASLExchange.messageLimit + 1)
        #expect(try begin(.plain).step(long) == .failed(.malformed))
    }

    @Test(arguments: [SASLMechanism.scramSHA256, .scramSHA1])
    func `an unknown user has a salt as steady as a known one's`(mechanism: SASLMechanism) throws {
        func saltAndRounds(_ user: String) throws -> Substring {
            guard case .challenge(let octets) = try begin(mechanism).step(Array("n,,n=\(user),r=abc".utf8))
            else {
                return "none"
            }
            let text = String(decoding: octets, as: UTF8.self)
            return text[(text.firstRange(of: ",s=")?.lowerBound ?? text.startIndex)...]
        }
        #expect(try saltAndRounds("nobody") == saltAndRounds("nobody"))
        #expect(try saltAndRounds("nobody") != saltAndRounds("nobody2"))
        #expect(try saltAndRounds("nobody").count == saltAndRounds("alice").count)
        #expect(try saltAndRounds("nobody").hasSuffix(",i=10000"))
        #expect(try saltAndRounds("alice") == saltAndRounds("alice"))
    }

    @Test func `steps that take time say so`() throws {
        #expect(try begin(.plain).mayBlock)
        #expect(try begin(.login).mayBlock)
        #expect(try !begin(.scramSHA256).mayBlock)
        #expect(try !begin(.external).mayBlock)
    }
}
