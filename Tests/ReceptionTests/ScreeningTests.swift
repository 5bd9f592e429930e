import Mail
import Reception
import SMTP
import Spool
import Telemetry
import Testing

@Suite struct ScreeningTests {
    private func lists(
        _ zones: BlocklistOptions.Zone..., threshold: Int = 1, timeout: Duration = .seconds(60)
    ) -> ScreeningOptions {
        ScreeningOptions(
            trusted: [IPNetwork("10.0.0.0/8")].compactMap(\.self),
            blocklists: BlocklistOptions(zones: zones, threshold: threshold, timeout: timeout))
    }

    private let blocked = "554 5.7.1 Client [192.0.2.7] blocked using"

    @Test func `a client on a list is refused with the list's text`() async throws {
        let resolver = ScriptedLists(
            zones: ["bl.test": ["127.0.0.2"]], texts: ["bl.test": "see https://bl.test/192.0.2.7"])
        try await ReceptionDesk.with(lists(.init(name: "bl.test")), resolver: resolver) { desk in
            #expect(await desk.verdict().text == "\(blocked) bl.test; see https://bl.test/192.0.2.7")
            #expect(
                desk.registry.prometheus().contains("transom_blocklist_refused_total{zone=\"bl.test\"} 1"))
        }
    }

    @Test func `a client on no list is accepted, and so is everybody when nobody is asked`() async throws {
        try await ReceptionDesk.with(lists(.init(name: "bl.test"))) { desk in
            #expect(await desk.verdict() == .lookedAt)
        }
        try await ReceptionDesk.with(ScreeningOptions()) { desk in
            #expect(await desk.verdict() == .atOnce)
        }
    }

    @Test(arguments: [
        (["127.0.0.2"], [], true), (["127.0.0.4", "127.0.0.10"], ["127.0.0.10/31"], true),
        (["127.0.0.4"], ["127.0.0.10/31"], false), (["192.0.2.1"], [], false),
        (["127.255.255.254"], [], false), (["127.255.255.252", "127.0.0.2"], [], true),
        (["127.255.255.254"], ["127.255.255.254/32"], false),
    ])
    func `only answers that count count, and errors never do`(
        _ answers: [String], _ counted: [String], _ isBlocked: Bool
    ) async throws {
        let zone = BlocklistOptions.Zone(name: "bl.test", answers: counted.compactMap { IPNetwork($0) })
        try await ReceptionDesk.with(lists(zone), resolver: ScriptedLists(zones: ["bl.test": answers])) {
            desk in
            #expect(await desk.verdict().text == (isBlocked ? "\(blocked) bl.test" : "250"))
        }
    }

    @Test(arguments: [(1, 1, 0, 2, true), (1, 0, 0, 2, false), (2, 1, -2, 2, false), (1, 3, -1, 3, true)])
    func `weights are added up, those that speak for the client too`(
        _ first: Int, _ second: Int, _ white: Int, _ threshold: Int, _ isBlocked: Bool
    ) async throws {
        let resolver = ScriptedLists(
            zones: ["a.test": ["127.0.0.2"], "b.test": ["127.0.0.3"], "white.test": ["127.0.5.1"]])
        let options = lists(
            .init(name: "a.test", weight: first), .init(name: "b.test", weight: second),
            .init(name: "white.test", weight: white), threshold: threshold)
        try await ReceptionDesk.with(options, resolver: resolver) { desk in
            let heaviest = second > first ? "b.test" : "a.test"
            let text = await desk.verdict().text
            #expect(isBlocked ? text.hasPrefix("\(blocked) ") : text == "250")
            if isBlocked, first != second { #expect(text == "\(blocked) \(heaviest)") }
        }
    }

    @Test func `a list that does not answer does not count, and the others do`() async throws {
        let silent = BlocklistOptions.Zone(name: "silent.test")
        let time = Duration.milliseconds(100)
        let resolver = ScriptedLists(zones: ["silent.test": nil, "bl.test": ["127.0.0.2"]])
        try await ReceptionDesk.with(lists(silent, timeout: time), resolver: resolver) { desk in
            #expect(await desk.verdict() == .lookedAt)
            #expect(desk.registry.prometheus().contains("transom_blocklist_unanswered_total 1"))
        }
        try await ReceptionDesk.with(
            lists(silent, .init(name: "bl.test"), timeout: .milliseconds(500)), resolver: resolver
        ) { desk in
            #expect(await desk.verdict().text == "\(blocked) bl.test")
        }
    }

    @Test func `when too many wait the next one is let through, until one has his verdict`() async throws {
        var options = lists(.init(name: "silent.test"), timeout: .milliseconds(50))
        options.waiting = 2
        try await ReceptionDesk.with(options, resolver: ScriptedLists(zones: ["silent.test": nil])) { desk in
            let (first, second) = (desk.ask(), desk.ask())
            #expect([first.0, second.0] == [.later, .later])
            #expect(desk.ask().0 != .later)
            #expect(desk.registry.prometheus().contains("transom_screening_skipped_total 1"))
            for asked in [first, second] { _ = await desk.mailbox.verdict(asked.token) }
            #expect(await desk.verdict() == .lookedAt)
        }
    }

    @Test func `users, servers of ours, trusted networks and the postmaster are not looked at`() async throws
    {
        var options = lists(.init(name: "bl.test"))
        options.greylisting = GreylistRules()
        let resolver = ScriptedLists(zones: ["bl.test": ["127.0.0.2"]])
        try await ReceptionDesk.with(options, resolver: resolver) { desk in
            #expect(await desk.verdict().isLate)
            #expect(await desk.verdict { $0.user = "ann" } == .atOnce)
            #expect(await desk.verdict { $0.mode = .lmtp } == .atOnce)
            #expect(await desk.verdict { $0.mode = .submission } == .atOnce)
            #expect(await desk.verdict(client: "10.1.2.3") == .atOnce)
            #expect(await desk.verdict(client: "none") == .atOnce)
            #expect(await desk.verdict(recipient: "Postmaster@example.com") == .atOnce)
        }
    }

    @Test func `a stranger is asked to come again, and the null sender is one too`() async throws {
        let options = ScreeningOptions(greylisting: GreylistRules(delay: .seconds(300)))
        try await ReceptionDesk.with(options) { desk in
            #expect(await desk.verdict().text == "451 4.7.1 Greylisted, try again in 300 seconds")
            #expect(await desk.verdict(sender: nil).text.hasPrefix("451 4.7.1 Greylisted, try again in "))
            #expect(desk.registry.prometheus().contains("transom_greylist_total{verdict=\"wait\"} 2"))
        }
        let now = ScreeningOptions(greylisting: GreylistRules(delay: .zero))
        try await ReceptionDesk.with(now) { desk in
            #expect(await desk.verdict() == .lookedAt)
        }
    }

    @Test func `a spool that cannot be asked lets the client through`() async throws {
        let options = ScreeningOptions(greylisting: GreylistRules())
        try await ReceptionDesk.with(options) { desk in
            await desk.closeSpool()
            #expect(await desk.verdict() == .lookedAt)
        }
    }
}
