import Mail
import Routing
import Testing

@Suite struct AddressPatternTests {
    /// A pattern, an address, and what is caught; `nil`: no match.
    struct Case: Sendable {
        let pattern: String
        let local: String
        let domain: String
        let caught: [String]?

        init(_ pattern: String, _ local: String, _ domain: String, _ caught: [String]?) {
            (self.pattern, self.local, self.domain, self.caught) = (pattern, local, domain, caught)
        }
    }

    static let cases = [
        // Literal text, compared without case in ASCII.
        Case("user@example.com", "user", "example.com", []),
        Case("User@Example.COM", "uSER", "example.com", []),
        Case("user@example.com", "user+tag", "example.com", nil),
        Case("user@example.com", "user", "example.org", nil),
        Case("user@example.com", "user", "mail.example.com", nil),
        Case("user@[192.0.2.1]", "user", "[192.0.2.1]", []),
        // Quotes make no difference to what is named, and take away what wildcards mean.
        Case("\"user\"@example.com", "user", "example.com", []),
        Case("\"a b\"@example.com", "a b", "example.com", []),
        Case("\"a*b\"@example.com", "a*b", "example.com", []),
        Case("\"a*b\"@example.com", "axb", "example.com", nil),
        Case("\"a\\\"b\"@example.com", "a\"b", "example.com", []),
        // Stars.
        Case("*@example.com", "anything+at.all", "example.com", []),
        Case("*@example.com", "a@b", "example.com", []),
        Case("*@example.com", "", "example.com", []),
        Case("*@example.com", "a", "sub.example.com", nil),
        Case("*@*.example.com", "a", "sub.example.com", []),
        Case("*@*.example.com", "a", "a.b.example.com", []),
        Case("*@*.example.com", "a", "example.com", nil),
        Case("*@*", "a", "b", []),
        Case("info-*@example.com", "info-", "example.com", []),
        Case("info-*@example.com", "INFO-de", "example.com", []),
        Case("info-*@example.com", "info-a@b", "example.com", nil),
        Case("a*b*c@example.com", "abxbc", "example.com", []),
        Case("a*b*c@example.com", "abxb", "example.com", nil),
        // Names.
        Case("support+{ticket}@example.com", "support+42", "example.com", ["ticket=42"]),
        Case("support+{ticket}@example.com", "Support+Ab", "example.com", ["ticket=Ab"]),
        Case("support+{ticket}@example.com", "support+", "example.com", nil),
        Case("support+{ticket}@example.com", "support+a+b", "example.com", nil),
        Case("user{n}@example.com", "user", "example.com", nil),
        Case("user{n}@example.com", "user7", "example.com", ["n=7"]),
        Case("user{n}@example.com", "user7+x", "example.com", nil),
        Case("{a}-{b}@{c}.example.com", "x-y-z", "m.example.com", ["a=x", "b=y-z", "c=m"]),
        Case("*+{tag}@example.com", "a+b+c", "example.com", ["tag=c"]),
        Case("{who}@example.com", "who", "example.com", ["who=who"]),
        // Beyond ASCII: NFC, and no case.
        Case("jos\u{E9}@example.com", "jose\u{301}", "example.com", []),
        Case("jose\u{301}-{x}@example.com", "Jos\u{E9}-\u{E4}", "example.com", ["x=\u{E4}"]),
        Case("jos\u{C9}@example.com", "jos\u{E9}", "example.com", nil),
        Case(
            "\u{43F}\u{43E}\u{447}\u{442}\u{430}@bridge.test", "\u{43F}\u{43E}\u{447}\u{442}\u{430}",
            "bridge.test", []),
        // Domains as A-labels.
        Case("a@b\u{FC}cher.example", "a", "xn--bcher-kva.example", []),
        Case("a@xn--bcher-kva.example", "a", "B\u{DC}CHER.example", []),
        Case("*@*.b\u{FC}cher.example", "a", "m.b\u{FC}cher.example", []),
        Case("a@stra\u{DF}e.example", "a", "strasse.example", nil),
        // Expressions, on the whole address, anywhere in it.
        Case("/^bounce-(?<id>[0-9]+)@/", "Bounce-17", "example.com", ["id=17"]),
        Case("/^bounce-(?<id>[0-9]+)@/", "xbounce-17", "example.com", nil),
        Case("/@(mail|mx)\\.example\\.com$/", "a", "MX.example.com", []),
        Case("/^(?<first>.)(?<rest>.*)@b$/", "\u{E9}t\u{E9}", "b", ["first=\u{E9}", "rest=t\u{E9}"]),
    ]

    @Test(arguments: cases) func `a pattern takes what its text says`(test: Case) throws {
        let pattern = try AddressPattern(test.pattern, subaddress: "+")
        let rule = Rule(
            name: "r", recipients: [.pattern(pattern)], action: .deliver(endpoints: ["e"], answer: nil))
        let facts = CompleteFacts(
            known: KnownFacts(sender: nil, client: nil, listener: "mx"), size: 0, headers: { _ in [] })
        let address = EmailAddress(local: test.local, domain: test.domain)
        let outcome = RoutingTable(rules: [rule]).route(recipient: address, facts: facts).outcome
        let caught: [String]? =
            if case .deliver(let hits) = outcome { hits[0].captures.map { "\($0.name)=\($0.value)" } } else {
                nil
            }
        #expect(caught == test.caught, "\(test.pattern) on \(address.text)")
    }

    static let mistakes: [(String, PatternError)] = [
        ("", .noAddress), ("*", .noAddress), ("example.com", .noAddress), ("@example.com", .noAddress),
        ("a@", .noAddress), ("a@b@c", .noAddress), ("\"a@b", .noAddress), ("\"a\"b@c", .noAddress),
        ("{a}{b}@c", .touchingWildcards), ("**@c", .touchingWildcards), ("*{a}@c", .touchingWildcards),
        ("{1a}@c", .badName("1a")), ("{}@c", .badName("")), ("{a@c", .badName("{a")), ("a}@c", .badName("}")),
        ("{a}@{a}", .repeatedName("a")), ("a@b\u{FC}*.example", .badDomain("b\u{FC}*")),
        ("/abc", .unterminatedExpression), ("//", .unterminatedExpression),
        (String(repeating: "*a", count: 17) + "@b", .tooManyWildcards),
    ]

    @Test(arguments: mistakes) func `what is no pattern is refused with the reason`(
        text: String, reason: PatternError
    ) {
        #expect(throws: reason) { try AddressPattern(text, subaddress: "+") }
    }

    @Test func `a broken expression says where`() {
        #expect { try AddressPattern("/a(b/", subaddress: "+") } throws: { error in
            guard case .badExpression(let reason, let offset)? = error as? PatternError else { return false }
            return reason.contains("parenthesis") && offset == 4
        }
    }

    @Test func `without a separator a name takes a plus sign`() throws {
        let pattern = try AddressPattern("{all}@b", subaddress: nil)
        let rule = Rule(name: "r", recipients: [.pattern(pattern)], action: .discard)
        let table = RoutingTable(rules: [rule], subaddress: nil)
        let facts = KnownFacts(sender: nil, client: nil, listener: "mx")
        #expect(
            table.decide(recipient: EmailAddress(local: "x+y", domain: "b"), facts: facts)
                == .accept(Recipient(address: "x+y@b", local: "x+y", tag: nil, domain: "b")))
    }
}
