import CGSASL
import SASL
import Testing

@Suite struct SASLServiceTests {
    private let folder: TemporaryFolder
    private let store: UserStore

    init() throws {
        folder = try TemporaryFolder()
        store = UserStore(path: folder.file("users"))
        try store.add(name: "alice", password: "secret")
    }

    private func service(_ options: SASLOptions = SASLOptions(hostname: "mx.example.com")) throws
        -> SASLService
    {
        try SASLService(options, users: UserStore.open(folder.file("users"), lookInterval: .zero))
    }

    @Test func `a mechanism is offered only where it can work`() throws {
        let service = try service()
        let binding: [UInt8] = [1, 2, 3]
        let plain = SASLConnection(
            isEncrypted: false, exporter: binding, certificateEmails: ["a@example.com"])
        #expect(service.mechanisms(for: plain) == [.scramSHA256, .scramSHA1])
        #expect(
            service.mechanisms(for: SASLConnection(isEncrypted: true)) == [
                .scramSHA256, .scramSHA1, .plain, .login,
            ])
        #expect(
            service.mechanisms(for: SASLConnection(isEncrypted: true, unique: binding)).prefix(4)
                == [.scramSHA256Plus, .scramSHA256, .scramSHA1Plus, .scramSHA1])
        let certified = SASLConnection(isEncrypted: true, certificateEmails: ["a@example.com"])
        #expect(service.mechanisms(for: certified).last == .external)
        try store.add(name: "bob", password: "secret", keepPlaintext: true)
        #expect(service.mechanisms(for: plain).contains(.cramMD5))
    }

    @Test func `options bound what is offered`() throws {
        let options = SASLOptions(
            mechanisms: [.login, .plain, .external], allowPlaintext: true, hostname: "mx.example.com",
            external: .commonName)
        let service = try service(options)
        #expect(service.mechanisms(for: SASLConnection(isEncrypted: false)) == [.login, .plain])
        #expect(service.begin("SCRAM-SHA-256", on: SASLConnection(isEncrypted: true)) == nil)
        #expect(service.begin("FNORD", on: SASLConnection(isEncrypted: true)) == nil)
        #expect(service.begin("ſCRAM-SHA-1", on: SASLConnection(isEncrypted: true)) == nil)
        #expect(service.begin("plain", on: SASLConnection(isEncrypted: false))?.mechanism == .plain)
        let certified = SASLConnection(
            isEncrypted: true, certificateEmails: ["a@example.com"], certificateCommonName: "machine 7")
        #expect(service.begin("EXTERNAL", on: certified)?.step([]) == .succeeded(user: "machine 7"))
    }

    @Test func `without a user file only certificates count`() throws {
        let service = try SASLService(SASLOptions(hostname: "mx.example.com"), users: nil)
        let certified = SASLConnection(isEncrypted: true, exporter: [1], certificateEmails: ["a@example.com"])
        #expect(service.mechanisms(for: certified) == [.external])
    }

    @Test func `without channel binding offered the y flag is no downgrade`() throws {
        let connection = SASLConnection(isEncrypted: true, exporter: [1, 2])
        let first = Array("y,,n=alice,r=abc".utf8)
        let without = try service(SASLOptions(mechanisms: [.scramSHA256], hostname: "mx.example.com"))
        guard case .challenge? = without.begin("SCRAM-SHA-256", on: connection)?.step(first) else {
            Issue.record("expected a challenge")
            return
        }
        #expect(try service().begin("SCRAM-SHA-256", on: connection)?.step(first) == .failed(.rejected))
    }

    @Test func `tls-unique binds on TLS 1.2`() throws {
        let connection = SASLConnection(isEncrypted: true, unique: Array("finished".utf8))
        let exchange = try #require(try service().begin("SCRAM-SHA-1-PLUS", on: connection))
        let client = try #require(
            GSASLClient(
                .scramSHA1Plus,
                properties: [
                    GSASL_AUTHID: "alice", GSASL_PASSWORD: "secret", GSASL_CB_TLS_UNIQUE: "ZmluaXNoZWQ=",
                ]))
        #expect(client.authenticate(with: exchange) == .succeeded(user: "alice"))
    }

    @Test func `a user with nothing but a password can use SCRAM and PLAIN`() throws {
        try folder.write("dave:{PLAIN}opensesame\n", to: "users")
        let service = try service()
        let connection = SASLConnection(isEncrypted: true)
        for mechanism in [SASLMechanism.scramSHA256, .scramSHA1, .plain, .cramMD5] {
            let exchange = try #require(service.begin(mechanism.rawValue, on: connection))
            let client = try #require(
                GSASLClient(mechanism, properties: [GSASL_AUTHID: "dave", GSASL_PASSWORD: "opensesame"]))
            #expect(client.authenticate(with: exchange) == .succeeded(user: "dave"))
            #expect(exchange.mayBlock == (mechanism != .cramMD5))
        }
    }

    @Test func `a changed user file is used, an unusable one is reported and not`() throws {
        let service = try service()
        let connection = SASLConnection(isEncrypted: true)
        func isKnown(_ user: String, _ password: String) -> SASLStep? {
            service.begin("PLAIN", on: connection)?.step(Array("\0\(user)\0\(password)".utf8))
        }
        #expect(isKnown("erin", "new") == .failed(.rejected))
        try store.add(name: "erin", password: "new")
        #expect(isKnown("erin", "new") == .succeeded(user: "erin"))
        #expect(service.refresh() == [.usersReloaded(count: 2)])
        try folder.write("nonsense\n", to: "users")
        #expect(isKnown("erin", "new") == .succeeded(user: "erin"))
        #expect(
            service.refresh() == [
                .usersUnusable(.badLine(file: folder.file("users"), line: 1, fault: .noColon))
            ])
        #expect(service.refresh().isEmpty)
    }
}
