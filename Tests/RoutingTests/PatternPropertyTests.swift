import Mail
import Routing
import Testing

/// Patterns with wildcards mean what the regular expressions made from them mean.
@Suite struct PatternPropertyTests {
    @Test(arguments: 0..<200) func `a pattern takes what its expression takes`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let pieces = (0..<Int.random(in: 1...5, using: &random)).map { _ in random.next() % 4 }
        var (pattern, expression, wasWild, names) = ("", "", false, 0)
        for piece in pieces {
            if piece < 2 || wasWild {
                let text = String(["a", "b", "ab", "a+", "-", "+b"].randomElement(using: &random) ?? "a")
                (pattern, expression, wasWild) = (pattern + text, expression + escaped(text), false)
            } else if piece == 2 {
                (pattern, expression, wasWild) = (pattern + "*", expression + "[^@]*?", true)
            } else {
                names += 1
                pattern += "{n\(names)}"
                expression += "(?<n\(names)>[^@+]+?)"
                wasWild = true
            }
        }
        // A lone star is every local part, also one with an `@` in quotes; the expression says so too.
        if pattern == "*" { expression = ".*" }
        let glob = try AddressPattern(pattern + "@x", subaddress: "+")
        let regular = try AddressPattern("/^\(expression)@x$/", subaddress: "+")
        for _ in 0..<60 {
            let length = Int.random(in: 0...7, using: &random)
            let local = String((0..<length).compactMap { _ in "aabb+-@".randomElement(using: &random) })
            let address = EmailAddress(local: local, domain: "x")
            #expect(outcome(glob, address) == outcome(regular, address), "\(pattern) on \(local)")
        }
    }

    private func escaped(_ text: String) -> String {
        String(text.flatMap { $0 == "+" ? "\\+" : String($0) })
    }

    private func outcome(_ pattern: AddressPattern, _ address: EmailAddress) -> FinalDecision.Outcome {
        let rule = Rule(
            name: "r", recipients: [.pattern(pattern)], action: .deliver(endpoints: ["e"], answer: nil))
        let known = KnownFacts(sender: nil, client: nil, listener: "mx")
        return RoutingTable(rules: [rule]).route(
            recipient: address, facts: CompleteFacts(known: known, size: 0, headers: { _ in [] })
        ).outcome
    }
}
