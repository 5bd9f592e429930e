import Foundation
import SASL
import Testing

@Suite struct UserStoreTests {
    private let folder: TemporaryFolder
    private let store: UserStore

    init() throws {
        folder = try TemporaryFolder()
        store = UserStore(path: folder.file("users"))
    }

    @Test func `users are added, replaced, listed and removed`() throws {
        #expect(try store.list().isEmpty)
        #expect(try store.add(name: "alice", password: "one") == false)
        #expect(try store.add(name: "bob@example.com", password: "two", keepPlaintext: true) == false)
        #expect(try store.add(name: "alice", password: "three") == true)
        #expect(
            try store.list() == [
                .init(name: "alice", schemes: ["SCRAM-SHA-256", "SCRAM-SHA-1"]),
                .init(name: "bob@example.com", schemes: ["SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"]),
            ])
        #expect(throws: UserStoreError.unknownUser(name: "carol")) { try store.remove(name: "carol") }
        try store.remove(name: "alice")
        #expect(try store.list().map(\.name) == ["bob@example.com"])
        #expect(try folder.mode("users") == 0o600)
        #expect(try !folder.text("users").contains("two"))
    }

    @Test func `lines that are not changed stay as they are`() throws {
        try folder.write("# mine\n\nalice:{PLAIN}one two\n", to: "users")
        #expect(throws: UserStoreError.badLine(file: folder.file("users"), line: 3, fault: .noScheme)) {
            try store.list()
        }
        try folder.write("# mine\n\nalice:{PLAIN}one\n# end\n", to: "users")
        try store.add(name: "bob", password: "two")
        let text = try folder.text("users")
        #expect(text.contains("# mine\n\nalice:{PLAIN.b64}b25l\n# end\nbob:{SCRAM-SHA-256}10000,"))
    }

    @Test func `who may read the file stays as it was, but for everybody`() throws {
        try folder.write("alice:{PLAIN}one\n", to: "users")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.file("users"))
        try store.add(name: "bob", password: "two")
        #expect(try folder.mode("users") == 0o640)
    }

    @Test(arguments: [
        "", "a b", "a:b", "#a", "!a", "a\u{7}", "a\u{00A0}b", String(repeating: "a", count: 256),
    ])
    func `a name that would break the file is refused`(name: String) {
        #expect(throws: UserStoreError.badName(name: name)) { try store.add(name: name, password: "one") }
    }

    @Test(arguments: ["", "\u{7}", "a\0b"])
    func `a password nobody could send is refused`(password: String) {
        #expect(throws: UserStoreError.badPassword) { try store.add(name: "alice", password: password) }
    }

    static let badLines: [(String, UserStoreError.LineFault)] = [
        ("alice", .noColon), (":{PLAIN}x", .badName), ("alice:", .noScheme), ("alice:secret", .noScheme),
        ("alice:{MD5}x", .unknownScheme), ("alice:{PLAIN}", .damagedCredential),
        ("alice:{PLAIN.b64}!", .damagedCredential), ("!seed x", .damagedCredential),
        ("alice:{SCRAM-SHA-256}4096,QSXCR+Q6sek8bf92", .damagedCredential),
        (
            "alice:{SCRAM-SHA-1}0,QSXCR+Q6sek8bf92,6dlGYMOdZcOPutkcNY8U2g7vK9Y=,D+CSWLOshSulAsxiupA+qs2/fTE=",
            .damagedCredential
        ),
        (
            "alice:{SCRAM-SHA-1}99999999,QSXCR+Q6sek8bf92,6dlGYMOdZcOPutkcNY8U2g7vK9Y=,D+CSWLOshSulAsxiupA+qs2/fTE=",
            .damagedCredential
        ),
        ("a:{PLAIN}x\na:{PLAIN}y", .repeatedName),
    ]

    @Test(arguments: badLines.indices)
    func `errors name the line and the fault`(index: Int) throws {
        let (text, fault) = Self.badLines[index]
        try folder.write(text + "\n", to: "users")
        let line = text.split(separator: "\n").count
        #expect(throws: UserStoreError.badLine(file: folder.file("users"), line: line, fault: fault)) {
            try UserStore.open(folder.file("users"))
        }
    }

    @Test func `the server needs the file, a command does not`() throws {
        #expect(throws: UserStoreError.unreadable(file: folder.file("users"), errno: ENOENT)) {
            try UserStore.open(folder.file("users"))
        }
        #expect(throws: UserStoreError.unwritable(file: "/nonexistent/users", errno: ENOENT)) {
            try UserStore(path: "/nonexistent/users").add(name: "alice", password: "one")
        }
    }

    /// The published keys of "pencil": RFC 5802 §5 and RFC 7677 §3.
    @Test func `the RFCs' verifiers accept the RFCs' password`() throws {
        try folder.write(
            """
            one:{SCRAM-SHA-1}4096,QSXCR+Q6sek8bf92,6dlGYMOdZcOPutkcNY8U2g7vK9Y=,D+CSWLOshSulAsxiupA+qs2/fTE=
            two:{SCRAM-SHA-256}4096,W22ZaJ0SNY7soEsUEjb6gQ==,WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=,wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=

            """, to: "users")
        let service = try SASLService(
            SASLOptions(hostname: "mx.example.com"), users: UserStore.open(folder.file("users")))
        for user in ["one", "two"] {
            let exchange = try #require(service.begin("PLAIN", on: SASLConnection(isEncrypted: true)))
            #expect(exchange.step(Array("\0\(user)\0pencil".utf8)) == .succeeded(user: user))
        }
    }
}
