import Mail
import Routing
import Testing

@Suite struct RoutingTableTests {
    @Test func `the first match wins`() throws {
        let table = RoutingTable(rules: [
            try rule("support", "support+{ticket}@example.com", .deliver(endpoints: ["app"], answer: nil)),
            try rule("nobody", "*@example.com", .reject(text: "550 5.1.1 No such mailbox")),
        ])
        let ticket = EmailAddress(local: "Support+42", domain: "EXAMPLE.com")
        let facts = KnownFacts(sender: nil, client: nil, listener: "mx")
        #expect(
            table.decide(recipient: ticket, facts: facts)
                == .accept(Recipient(address: "Support+42@example.com", local: "Support", tag: "42", domain: "example.com")))
        let complete = CompleteFacts(known: facts, size: 1, headers: { _ in [] })
        #expect(
            table.route(recipient: ticket, facts: complete).outcome
                == .deliver([
                    RouteHit(route: "support", captures: [Capture(name: "ticket", value: "42")], endpoints: ["app"])
                ]))
        let other = EmailAddress(local: "bob", domain: "example.com")
        #expect(
            table.decide(recipient: other, facts: facts)
                == .reject(text: "550 5.1.1 No such mailbox", route: "nobody"))
    }

    private func rule(_ name: String, _ pattern: String, _ action: Rule.Action) throws -> Rule {
        let pattern = try AddressPattern(pattern, subaddress: "+")
        return Rule(name: name, recipients: [.pattern(pattern)], action: action)
    }
}
