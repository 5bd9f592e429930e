import SMTP
import Testing

@Suite struct ReplyTests {
    @Test func `a reply goes out line by line`() {
        #expect(
            Reply(250, nil, lines: ["mx", "PIPELINING"]).octets == Array("250-mx\r\n250 PIPELINING\r\n".utf8))
        #expect(Reply(550, "5.1.1", "No").octets == Array("550 5.1.1 No\r\n".utf8))
    }

    @Test func `foreign text is escaped and cut`() {
        #expect(Reply(500, "5.5.2", "a\r\nb\u{0}é").octets == Array("500 5.5.2 a??b???\r\n".utf8))
        #expect(Reply(500, nil, String(repeating: "x", count: 2000)).octets.count == 512)
    }

    @Test(arguments: [
        ("550 5.1.1 No such mailbox", Reply(550, "5.1.1", "No such mailbox")),
        ("451 Later", Reply(451, "4.0.0", "Later")), ("550", Reply(550, "5.0.0", "")),
        ("550 4.1.1 odd", Reply(550, "5.0.0", "4.1.1 odd")), ("550 5.1.1", Reply(550, "5.1.1", "")),
    ]) func `a refusal is read from the configuration`(text: String, reply: Reply) {
        #expect(Reply(refusal: text) == reply)
    }

    @Test(arguments: ["", "250 Ok", "abc", "55", "5500 x", "600 x"])
    func `what does not refuse is no refusal`(text: String) {
        #expect(Reply(refusal: text) == nil)
    }
}
