import Mail
import Spool
import Testing

@Suite struct GreylistTests {
    private let rules = GreylistRules(
        delay: .seconds(300), window: .seconds(3600), lifetime: .seconds(86_400), allowAfter: 2, entries: 4)
    private let clock = TestClock(1_800_000_000_000)

    private func withSpool<Result>(_ body: (Meeting) async throws -> Result) async throws -> Result {
        var fixture = SpoolFixture()
        fixture.options.follow(clock)
        return try await fixture.withSpool { spool in
            try await body(Meeting(spool: spool, rules: rules))
        }
    }

    /// Somebody comes along.
    private struct Meeting {
        let spool: MessageSpool
        var rules: GreylistRules

        func callAsFunction(
            _ client: String, _ sender: String = "a@example.org", _ recipient: String = "b@example.com"
        ) async throws -> GreylistVerdict {
            let address = try #require(IPAddress(client))
            return try await spool.greylist(
                client: address, sender: sender, recipient: recipient, rules: rules)
        }
    }

    @Test func `a stranger waits, and is known once it came again in time`() async throws {
        try await withSpool { meet async throws in
            #expect(try await meet("192.0.2.1") == .wait(.seconds(300)))
            clock.pass(100)
            #expect(try await meet("192.0.2.1") == .wait(.seconds(200)))
            clock.pass(200)
            #expect(try await meet("192.0.2.200") == .known, "the same /24")
            #expect(try await meet("192.0.3.1") == .wait(.seconds(300)), "another /24")
            #expect(try await meet("192.0.2.1", "c@example.org") == .wait(.seconds(300)), "another sender")
            #expect(try await meet("192.0.2.1", "") == .wait(.seconds(300)), "the null sender")
        }
    }

    @Test func `networks of IPv6 have 64 bits`() async throws {
        try await withSpool { meet async throws in
            #expect(try await meet("2001:db8::1") == .wait(.seconds(300)))
            #expect(try await meet("2001:db8:0:1::1") == .wait(.seconds(300)))
            clock.pass(300)
            #expect(try await meet("2001:db8::ffff:1") == .known)
        }
    }

    @Test func `who stays away too long is a stranger again`() async throws {
        try await withSpool { meet async throws in
            #expect(try await meet("192.0.2.1") == .wait(.seconds(300)))
            clock.pass(3600)
            #expect(try await meet("192.0.2.1") == .wait(.seconds(300)))
            clock.pass(300)
            #expect(try await meet("192.0.2.1") == .known)
            clock.pass(86_000)
            #expect(try await meet("192.0.2.1") == .known)
            clock.pass(86_000)
            #expect(try await meet("192.0.2.1") == .known, "each time counts from the last one")
            clock.pass(86_400)
            #expect(try await meet("192.0.2.1") == .wait(.seconds(300)))
        }
    }

    @Test func `a network of which enough have waited is known as a whole`() async throws {
        try await withSpool { meet async throws in
            for sender in ["a", "b"] {
                #expect(try await meet("192.0.2.1", sender) == .wait(.seconds(300)))
                clock.pass(300)
                #expect(try await meet("192.0.2.1", sender) == .known)
            }
            #expect(try await meet("192.0.2.9", "c") == .knownNetwork)
            clock.pass(86_400)
            #expect(try await meet("192.0.2.9", "c") == .wait(.seconds(300)))
        }
    }

    @Test func `a clock that was put back makes nobody wait longer`() async throws {
        try await withSpool { meet async throws in
            #expect(try await meet("192.0.2.1") == .wait(.seconds(300)))
            clock.jump(-86_400)
            #expect(try await meet("192.0.2.1") == .wait(.seconds(300)))
            clock.pass(300)
            #expect(try await meet("192.0.2.1") == .known)
        }
    }

    @Test func `when there is no room strangers are let through, and what has expired makes room`()
        async throws
    {
        try await withSpool { meet async throws in
            for number in 1...4 { #expect(try await meet("192.0.\(number).1") == .wait(.seconds(300))) }
            #expect(try await meet("192.0.5.1") == .full)
            #expect(try await meet("192.0.4.1") == .wait(.seconds(300)))
            clock.pass(3600)
            #expect(try await meet("192.0.5.1") == .wait(.seconds(300)))
        }
    }

    @Test func `who has waited is known after a restart`() async throws {
        var fixture = SpoolFixture()
        fixture.options.follow(clock)
        try await fixture.withSpool { spool async throws in
            #expect(try await Meeting(spool: spool, rules: rules)("192.0.2.1") == .wait(.seconds(300)))
        }
        clock.pass(300)
        try await fixture.withSpool { spool async throws in
            #expect(try await Meeting(spool: spool, rules: rules)("192.0.2.1") == .known)
        }
    }
}

extension TestClock {
    /// Lets time pass.
    fileprivate func pass(_ seconds: Int64) { set(now.milliseconds + seconds * 1000) }
}
