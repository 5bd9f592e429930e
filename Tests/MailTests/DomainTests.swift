import Mail
import Testing

@Suite struct DomainTests {
    static let labels: [(String, String)] = [
        ("Example.COM", "example.com"), ("b\u{FC}cher.example", "xn--bcher-kva.example"),
        ("B\u{DC}CHER.example", "xn--bcher-kva.example"), ("stra\u{DF}e.example", "xn--strae-oqa.example"),
        ("bu\u{308}cher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("[192.0.2.1]", "[192.0.2.1]"), ("[IPv6:2001:DB8::1]", "[ipv6:2001:db8::1]"),
        ("a_b.example", "a_b.example"),
        ("\u{43F}\u{43E}\u{447}\u{442}\u{430}.\u{440}\u{444}", "xn--80a1acny.xn--p1ai"),
    ]

    @Test(arguments: labels) func `a domain has one form in ASCII`(text: String, ascii: String) {
        #expect(Domain(text)?.ascii == ascii)
    }

    @Test(arguments: [
        "a\u{200B}\u{301}.\u{200F}\u{2F800}\u{FFFE}", "\u{FFFD}.example",
        String(repeating: "\u{FC}", count: 70) + ".x",
    ])
    func `what is no domain by IDNA 2008 has none`(text: String) {
        #expect(Domain(text) == nil)
    }

    @Test func `people see U-labels`() {
        #expect(Domain("xn--bcher-kva.example")?.unicode == "b\u{FC}cher.example")
        #expect(Domain("example.com")?.unicode == "example.com")
    }

    @Test func `addresses are compared in NFC and without case in ASCII`() {
        let key = EmailAddress(local: "Jose\u{301}", domain: "B\u{FC}cher.Example").comparisonKey
        #expect(key == "jos\u{E9}@xn--bcher-kva.example")
        #expect(EmailAddress(local: "\u{C4}", domain: "x").comparisonKey == "\u{C4}@x")
    }
}
