import Mail
import Routing
import Testing

/// Rules in short: what they are for, what they ask, what they do.
enum Short {
    static func rule(
        _ name: String, _ patterns: [String]?, _ conditions: [Condition] = [],
        deliver endpoint: String? = nil,
        reject text: String? = nil, goesOn: Bool = false
    ) -> Rule {
        let matchers = patterns?.compactMap {
            try? RecipientMatcher.pattern(AddressPattern($0, subaddress: "+"))
        }
        let action: Rule.Action =
            if let endpoint { .deliver(endpoints: [endpoint], answer: nil) } else if let text {
                .reject(text: text)
            } else {
                .discard
            }
        return Rule(
            name: name, recipients: matchers, conditions: conditions, action: action, continues: goesOn)
    }

    static let invoice = Condition.header(name: "X-Kind", [pattern("/^invoice-/")])

    static func pattern(_ text: String) -> TextPattern {
        guard let pattern = try? TextPattern(text) else { preconditionFailure("\(text) is no pattern") }
        return pattern
    }

    static func address(_ text: String) -> EmailAddress {
        guard let address = EmailAddress(configured: text) else {
            preconditionFailure("\(text) is no address")
        }
        return address
    }

    static func known(
        sender: String? = nil, client: String? = nil, listener: String = "mx", user: String? = nil,
        size: Int? = nil
    ) -> KnownFacts {
        KnownFacts(
            sender: sender.map(address), client: client.flatMap { IPAddress($0) }, listener: listener,
            user: user,
            declaredSize: size)
    }
}

@Suite struct RoutingTableTests {
    /// Rules, a recipient, the answer at RCPT (`nil`: accepted) and what becomes of it, by the value of X-Kind.
    struct Case: Sendable {
        let name: String
        let rules: [Rule]
        let early: String?
        let final: [String: String]

        init(_ name: String, _ rules: [Rule], early: String?, final: [String: String]) {
            (self.name, self.rules, self.early, self.final) = (name, rules, early, final)
        }
    }

    static let standard = RoutingTable.noSuchRecipient
    static let no = "550 5.1.1 No"

    static let cases = [
        Case("no rules", [], early: standard, final: ["": standard]),
        Case(
            "no rule for it", [Short.rule("a", ["b@c"], deliver: "app")], early: standard,
            final: ["": standard]),
        Case(
            "a rule for everybody", [Short.rule("a", nil, deliver: "app")], early: nil, final: ["": "a:app"]),
        Case("discard", [Short.rule("a", nil)], early: nil, final: ["": "discard a"]),
        Case(
            "the first wins",
            [Short.rule("a", ["*@x"], deliver: "one"), Short.rule("b", ["u@x"], deliver: "two")],
            early: nil, final: ["": "a:one"]),
        Case(
            "continue",
            [
                Short.rule("a", ["*@x"], deliver: "one", goesOn: true),
                Short.rule("b", ["u@x"], deliver: "two"),
            ],
            early: nil, final: ["": "a:one b:two"]),
        Case(
            "continue to the end", [Short.rule("a", ["*@x"], deliver: "one", goesOn: true)], early: nil,
            final: ["": "a:one"]),
        Case(
            "continue into a refusal",
            [Short.rule("a", nil, deliver: "one", goesOn: true), Short.rule("b", ["*@x"], reject: no)],
            early: no, final: ["": no]),
        Case(
            "continue into a discard",
            [Short.rule("a", nil, deliver: "one", goesOn: true), Short.rule("b", ["*@x"])],
            early: nil, final: ["": "a:one"]),
        Case(
            "a refusal first", [Short.rule("a", ["u@x"], reject: no), Short.rule("b", nil, deliver: "one")],
            early: no, final: ["": no]),
        Case(
            "only on content", [Short.rule("a", ["u@x"], [Short.invoice], deliver: "one")], early: nil,
            final: ["invoice-1": "a:one", "other": standard]),
        Case(
            "content, then refusal",
            [
                Short.rule("a", ["u@x"], [Short.invoice], deliver: "one"),
                Short.rule("b", ["*@x"], reject: no),
            ],
            early: nil, final: ["invoice-1": "a:one", "other": no]),
        Case(
            "content with continue, then refusal",
            [
                Short.rule("a", ["u@x"], [Short.invoice], deliver: "one", goesOn: true),
                Short.rule("b", ["*@x"], reject: no),
            ],
            early: no, final: ["invoice-1": no, "other": no]),
        Case(
            "refusal on content",
            [
                Short.rule("a", ["u@x"], [Short.invoice], reject: no),
                Short.rule("b", ["*@x"], deliver: "one"),
            ],
            early: nil, final: ["invoice-1": no, "other": "b:one"]),
        Case(
            "nothing but a refusal on content", [Short.rule("a", ["u@x"], [Short.invoice], reject: no)],
            early: standard, final: ["invoice-1": no, "other": standard]),
        Case(
            "a condition that is known not to hold",
            [Short.rule("a", nil, [.listener(["lmtp"])], deliver: "one")], early: standard,
            final: ["": standard]),
        Case(
            "a condition that is known to hold",
            [Short.rule("a", nil, [.listener(["lmtp", "mx"])], deliver: "one")],
            early: nil, final: ["": "a:one"]),
    ]

    @Test(arguments: cases) func `a recipient is decided at RCPT and after the dot`(test: Case) {
        let table = RoutingTable(rules: test.rules)
        let recipient = EmailAddress(local: "u", domain: "x")
        let early: String? =
            if case .reject(let text, _) = table.decide(recipient: recipient, facts: Short.known()) {
                text
            } else { nil }
        #expect(early == test.early, "\(test.name)")
        for (kind, expected) in test.final {
            let facts = CompleteFacts(
                known: Short.known(), size: 9, headers: { $0 == "X-Kind" ? [kind] : [] })
            #expect(
                text(table.route(recipient: recipient, facts: facts)) == expected, "\(test.name), \(kind)")
        }
    }

    private func text(_ decision: FinalDecision) -> String {
        switch decision.outcome {
        case .deliver(let hits):
            hits.map { "\($0.route):\($0.endpoints.joined(separator: ","))" }.joined(separator: " ")
        case .discard(let route): "discard \(route)"
        case .reject(let text, _): text
        }
    }

    /// A condition, facts, and whether it holds.
    static let conditions: [(Condition, KnownFacts, Bool)] = [
        (.sender([.null]), Short.known(), true),
        (.sender([.null]), Short.known(sender: "a@b"), false),
        (.sender(sender("*@b")), Short.known(sender: "a@B"), true),
        (.sender(sender("*@b")), Short.known(), false),
        (.client([network("192.0.2.0/24")]), Short.known(client: "192.0.2.7"), true),
        (.client([network("192.0.2.0/24")]), Short.known(client: "::ffff:192.0.2.7"), true),
        (.client([network("192.0.2.0/24")]), Short.known(client: "192.0.3.7"), false),
        (.client([network("192.0.2.0/24")]), Short.known(), false),
        (.user([Short.pattern("scan-*")]), Short.known(user: "Scan-1"), true),
        (.user([Short.pattern("scan-*")]), Short.known(), false),
        (.size(SizeBound(.below, ByteCount(100))), Short.known(size: 99), true),
        (.size(SizeBound(.below, ByteCount(100))), Short.known(size: 100), false),
        (.size(SizeBound(.atMost, ByteCount(100))), Short.known(size: 100), true),
        (.size(SizeBound(.above, ByteCount(100))), Short.known(size: 100), false),
        (.size(SizeBound(.atLeast, ByteCount(100))), Short.known(size: 100), true),
    ]

    private static func sender(_ pattern: String) -> [SenderMatcher] {
        (try? AddressPattern(pattern, subaddress: "+")).map { [.pattern($0)] } ?? []
    }

    private static func network(_ text: String) -> IPNetwork {
        guard let network = IPNetwork(text) else { preconditionFailure("\(text) is no network") }
        return network
    }

    @Test(arguments: conditions.indices) func `what is known is decided at RCPT`(index: Int) {
        let (condition, facts, holds) = Self.conditions[index]
        let table = RoutingTable(rules: [Short.rule("a", nil, [condition], deliver: "e")])
        let isAccepted =
            if case .accept = table.decide(recipient: EmailAddress(local: "u", domain: "x"), facts: facts) {
                true
            } else {
                false
            }
        #expect(isAccepted == holds)
        #expect(!table.needsContent)
    }

    @Test func `a size that was not declared is open until the dot`() {
        let bound = Condition.size(SizeBound(.above, ByteCount(100)))
        let table = RoutingTable(rules: [
            Short.rule("a", nil, [bound], reject: "552 5.3.4 No"), Short.rule("b", nil),
        ])
        let recipient = EmailAddress(local: "u", domain: "x")
        #expect(
            table.decide(recipient: recipient, facts: Short.known()) == .accept(table.accepted(recipient)))
        let facts = CompleteFacts(known: Short.known(), size: 101, headers: { _ in [] })
        #expect(
            table.route(recipient: recipient, facts: facts).outcome
                == .reject(text: "552 5.3.4 No", route: "a"))
    }

    @Test func `headers are asked for only where a rule needs them`() {
        let table = RoutingTable(rules: [
            Short.rule("a", ["*@x"], deliver: "e"), Short.rule("b", nil, [Short.invoice]),
        ])
        #expect(table.needsContent)
        let facts = CompleteFacts(
            known: Short.known(), size: 0,
            headers: { _ in
                Issue.record("nobody needs a header of this message")
                return []
            })
        _ = table.route(recipient: EmailAddress(local: "u", domain: "x"), facts: facts)
    }

    @Test func `a runaway expression is no match and is told`() {
        let table = RoutingTable(rules: [
            Short.rule("slow", ["/^(a+)+$/"], deliver: "e"), Short.rule("b", nil, deliver: "f"),
        ])
        let facts = CompleteFacts(known: Short.known(), size: 0, headers: { _ in [] })
        let recipient = EmailAddress(local: String(repeating: "a", count: 60) + "!", domain: "x")
        let decision = table.route(recipient: recipient, facts: facts)
        #expect(decision.exhausted == ["slow"])
        #expect(text(decision) == "b:f")
    }

    @Test func `the local part is split at the first separator`() {
        let table = RoutingTable(rules: [], subaddress: "+")
        let cases: [(String, String, String?)] = [
            ("a", "a", nil), ("a+b", "a", "b"), ("a+b+c", "a", "b+c"), ("a+", "a", ""), ("+a", "+a", nil),
        ]
        for (sent, local, tag) in cases {
            let recipient = table.accepted(EmailAddress(local: sent, domain: "x"))
            #expect(recipient.local == local && recipient.tag == tag, "\(sent)")
        }
    }

    @Test func `every rule explains itself`() {
        let table = RoutingTable(rules: [
            Short.rule("other", ["a@b"], deliver: "e"),
            Short.rule("tap", ["*@x"], deliver: "e", goesOn: true),
            Short.rule("lmtp", nil, [.listener(["lmtp"])]), Short.rule("content", nil, [Short.invoice]),
            Short.rule("all", ["{who}@x"], deliver: "e"), Short.rule("never", nil),
        ])
        let report = table.explain(
            recipient: EmailAddress(local: "u", domain: "x"), by: .atRecipient(Short.known()))
        #expect(
            report.map(\.finding) == [
                .otherRecipient, .goesOn([]), .fails(condition: "listener"),
                .isPossible([], open: ["header X-Kind"]), .decides([Capture(name: "who", value: "u")]),
                .notReached,
            ])
    }

    /// Rules of every sort in random order: the index must find what trying them one by one finds.
    @Test(arguments: 0..<20) func `the index keeps the order of the rules`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let patterns = ["u@x", "v@x", "*@x", "u*@x", "*@*", "/^u/", "{a}@y", "u@y", "/@y$/", "*@*.z"]
        let rules = (0..<12).map { index in
            let some = (0..<3).compactMap { _ in patterns.randomElement(using: &random) }
            return Short.rule("r\(index)", some, deliver: "e\(index)", goesOn: Bool.random(using: &random))
        }
        let facts = CompleteFacts(known: Short.known(), size: 0, headers: { _ in [] })
        for recipient in ["u@x", "v@x", "w@x", "u@y", "u@q.z", "q@q"].map(Short.address) {
            let expected = oneByOne(rules, recipient, facts)
            #expect(text(RoutingTable(rules: rules).route(recipient: recipient, facts: facts)) == expected)
        }
    }

    private func oneByOne(_ rules: [Rule], _ recipient: EmailAddress, _ facts: CompleteFacts) -> String {
        var hits: [String] = []
        for rule in rules {
            let alone = RoutingTable(rules: [rule]).route(recipient: recipient, facts: facts)
            guard case .deliver = alone.outcome else { continue }
            hits.append(text(alone))
            if !rule.continues { break }
        }
        return hits.isEmpty ? Self.standard : hits.joined(separator: " ")
    }
}

/// A small generator whose sequence is the same everywhere.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
