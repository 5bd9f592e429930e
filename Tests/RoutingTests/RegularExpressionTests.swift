import Routing
import Testing

@Suite struct RegularExpressionTests {
    @Test(arguments: ["^(a+)+$", "^(a|aa)+$", "(.*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$", "^(?:a?){50}a{50}$"])
    func `no expression runs away`(pattern: String) throws {
        let expression = try RegularExpression(pattern, ignoringCase: false)
        let subject = Array(String(repeating: "a", count: 4_000).utf8) + Array("!".utf8)
        let clock = ContinuousClock()
        let time = clock.measure { _ = expression.match(subject) }
        #expect(time < .seconds(20))
    }

    @Test func `a subject that is too long is not looked at`() throws {
        let expression = try RegularExpression("a", ignoringCase: false)
        let subject = [UInt8](repeating: UInt8(ascii: "a"), count: RegularExpression.longestSubject + 1)
        #expect(expression.match(subject) == .exhausted)
        #expect(expression.match(Array(subject.dropLast())) == .match(groups: []))
    }

    @Test func `groups that took no part are left out`() throws {
        let expression = try RegularExpression("(?<a>x)|(?<b>y)", ignoringCase: false)
        #expect(expression.match(Array("y".utf8)) == .match(groups: [(name: "b", range: 0..<1)]))
        #expect(expression.names == ["a", "b"])
    }

    @Test func `one expression serves many threads`() async throws {
        let expression = try RegularExpression("^u(?<n>[0-9]+)$", ignoringCase: true)
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<64 {
                group.addTask {
                    let subject = Array("U\(index)".utf8)
                    return expression.match(subject)
                        == .match(groups: [(name: "n", range: 1..<subject.count)])
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
