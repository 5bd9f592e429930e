import Mail
import SMTP
import SMTPTestSupport
import Testing

@Suite struct CommandParserTests {
    @Test(arguments: [
        (#"<a@x.example>"#, "a", "x.example"),
        (#"<A.b@X.EXAMPLE>"#, "A.b", "x.example"),
        (#"<"a b"@x.example>"#, "a b", "x.example"),
        (#"<"a\"b"@x.example>"#, #"a"b"#, "x.example"),
        (#"<"a>b"@x.example>"#, "a>b", "x.example"),
        (#"<"a@b"@x.example>"#, "a@b", "x.example"),
        (#"<"a\\b"@x.example>"#, #"a\b"#, "x.example"),
        (#"<".."@x.example>"#, "..", "x.example"),
        (#"<""@x.example>"#, "", "x.example"),
        (#"<user@[192.0.2.1]>"#, "user", "[192.0.2.1]"),
        (#"<user@[IPv6:2001:db8::25]>"#, "user", "[ipv6:2001:db8::25]"),
        (#"<@hop1.example,@[192.0.2.1]:user@x.example>"#, "user", "x.example"),
        (#"<!#$%&'*+-/=?^_`{|}~@x.example>"#, "!#$%&'*+-/=?^_`{|}~", "x.example"),
        (#"<a@1.2-3.example>"#, "a", "1.2-3.example"),
    ]) func `a mailbox is read by the grammar`(path: String, local: String, domain: String) throws {
        let address = EmailAddress(local: local, domain: domain)
        #expect(try CommandParser.parse(Array("MAIL FROM:\(path)".utf8)) == .mail(address, MailParameters()))
        #expect(try CommandParser.parse(Array("RCPT TO:\(path)".utf8)) == .recipient(.mailbox(address)))
    }

    @Test(arguments: [
        "<foo@x.example", "foo bar@x.example>", "<foo bar@x.example>", #"<"foo@x.example>"#, "<@x.example>",
        "",
        "<a@x.example><b@x.example>", "<<a@x.example>>", "<foo@x..example>", "<foo@.example>",
        "<.foo@x.example>",
        "<fo..o@x.example>", "<foo.@x.example>", "<a@b@c.example>", "<foo@-x.example>", "<foo@x-.example>",
        "<foo@x_y.example>", "<foo@x.example.>", "<foo@>", "<foo@exa mple>", "<foo@[1.2.3.4>",
        "<foo@[999.1.1.1]>",
        "<foo@[IPv6:xyz]>", "<foo@[2001:db8::1]>", "<foo@[01.2.3.4]>", "a@x.example", #"<"a"b@x.example>"#,
        #"<"a\"#, "<@a.example:>", "<@a.example user@x.example>", "<a@x.example>junk",
    ]) func `what is no path is refused`(path: String) {
        #expect(throws: SyntaxError.self) { try CommandParser.parse(Array("MAIL FROM:\(path)".utf8)) }
        #expect(throws: SyntaxError.self) { try CommandParser.parse(Array("RCPT TO:\(path)".utf8)) }
    }

    @Test func `the longest parts are accepted and one octet more is not`() throws {
        let label = String(repeating: "d", count: 63)
        let domain = "\(label).\(label).\(label)"
        let fits = [
            "<\(String(repeating: "l", count: 64))@x.example>", "<l@\(label).example>",
            "<\(String(repeating: "l", count: 62))@\(domain)>",
        ]
        for path in fits { _ = try CommandParser.parse(Array("MAIL FROM:\(path)".utf8)) }
        let russian = "<l@\(String(repeating: "я", count: 40)).example> SMTPUTF8"
        _ = try CommandParser.parse(Array("MAIL FROM:\(russian)".utf8))
        let tooLong = [
            "<\(String(repeating: "l", count: 65))@x.example>", "<l@d\(label).example>",
            "<\(String(repeating: "l", count: 63))@\(domain)>", "<l@\(domain).\(label).e>",
        ]
        for path in tooLong {
            #expect(throws: SyntaxError.pathTooLong(isSender: true)) {
                try CommandParser.parse(Array("MAIL FROM:\(path)".utf8))
            }
        }
    }

    @Test(arguments: [
        ("BDAT 0", 0, false), ("BDAT 12 LAST", 12, true), ("bdat 12 last ", 12, true),
        ("BDAT 4294967296", 4_294_967_296, false),
    ]) func `the count of a chunk never wraps`(line: String, count: Int, isLast: Bool) throws {
        #expect(try CommandParser.parse(Array(line.utf8)) == .chunk(count: count, isLast: isLast))
    }

    @Test(arguments: [
        "BDAT", "BDAT x", "BDAT -1", "BDAT +5", "BDAT 0x10", "BDAT 5 FNORD", "BDAT LAST", "BDAT 1e3 LAST",
        "BDAT 5,5",
        "BDAT  LAST 5", "BDAT 9223372036854775807", "BDAT 18446744073709551616", "BDAT 5 LAST x",
    ]) func `a chunk without a sound count is refused`(line: String) {
        #expect(throws: SyntaxError.badChunk) { try CommandParser.parse(Array(line.utf8)) }
    }

    @Test(arguments: 0..<200) func `no line is too strange to be parsed`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let pieces = [
            "MAIL FROM:", "RCPT TO:", "<", ">", "@", "\"", "\\", ".", "[", "]", "IPv6:", "a", "x.example",
            " ", "=",
            "SIZE=", "BODY=8BITMIME", "SMTPUTF8", "AUTH ", "XCLIENT ADDR=", "+3D", "BDAT ", "9", "\u{0}", "é",
            ",", ":",
        ]
        for _ in 0..<200 {
            let line = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }
            _ = try? CommandParser.parse(Array(line.joined().utf8))
        }
    }
}
