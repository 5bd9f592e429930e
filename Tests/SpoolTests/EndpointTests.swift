import Mail
import Spool
import Testing

/// Holds: pause, disablement, endpoints that are not configured; what they cost `give_up_after`.
@Suite struct EndpointTests {
    private let clock = TestClock(1_795_464_845_000)

    private func fixture() -> SpoolFixture {
        var fixture = SpoolFixture()
        fixture.options.follow(clock)
        return fixture
    }

    private func pass(_ seconds: Int64) { clock.set(clock.now.milliseconds + seconds * 1000) }

    @Test(arguments: [EndpointState.Holds.paused, .disabled])
    func `a held endpoint is not claimed for, over a restart too, until it is resumed`(
        hold: EndpointState.Holds
    ) async throws {
        let fixture = fixture()
        let handover = RecordingHandover(capacity: 9)
        try await fixture.withSpool(handover) { spool in
            try await spool.hold("app", as: hold, reason: "gone")
            try await Acceptor().store(in: spool, at: clock.now)
            #expect(handover.taken.isEmpty)
            #expect(try await spool.claimDue("app", limit: 1, now: clock.now).isEmpty)
            #expect(try await spool.deliveries(DeliveryFilter(), limit: 1).first?.holds == hold)
            #expect(try await spool.statistics().held == ["app": 1])
        }
        pass(100)
        try await fixture.withSpool { spool in
            let state = try #require(spool.endpointStates()["app"])
            #expect(state.holds == hold)
            #expect(state.reason == "gone")
            #expect(try await spool.claimDue("app", limit: 1, now: clock.now).isEmpty)
            try await spool.resume("app")
            #expect(spool.endpointStates()["app"]?.isHeld == false)
            let claim = try #require(try await spool.claimDue("app", limit: 1, now: clock.now).first)
            // Accepted when the endpoint was held already: all of the hundred seconds came later.
            #expect(spool.endpointStates()["app"]?.heldTime(at: clock.now) == .seconds(100))
            #expect(claim.heldBefore == .zero)
        }
    }

    @Test func `held time adds up and is noted when a series starts`() async throws {
        let fixture = fixture()
        try await fixture.withSpool { spool in
            for _ in 0..<2 {
                try await spool.hold("app", as: .paused)
                pass(10)
                try await spool.hold("app", as: .disabled)
                pass(10)
                try await spool.resume("app")
                pass(1000)
            }
            #expect(spool.endpointStates()["app"]?.heldTime(at: clock.now) == .seconds(40))
            try await Acceptor().store(in: spool, at: clock.now)
            let claim = try #require(try await spool.claimDue("app", limit: 1, now: clock.now).first)
            #expect(claim.heldBefore == .seconds(40))
        }
    }

    @Test func `an endpoint that leaves the configuration holds its deliveries until its name returns`()
        async throws
    {
        let fixture = fixture()
        try await fixture.withSpool { spool in
            #expect(try await spool.configureEndpoints(["app", "archive"]) == [:])
            for name in ["app", "app", "archive", "unheard"] {
                try await Acceptor().store(Letter(to: name), in: spool, at: clock.now)
            }
            #expect(try await spool.configureEndpoints(["archive"]) == ["app": 2, "unheard": 1])
            #expect(try await spool.claimDue("app", limit: 9, now: clock.now).isEmpty)
            #expect(try await spool.claimDue("archive", limit: 9, now: clock.now).count == 1)
            try await spool.resume("app")
            #expect(spool.endpointStates()["app"]?.holds == .missing)
            #expect(try await spool.configureEndpoints(["app", "archive"]) == ["unheard": 1])
            #expect(try await spool.claimDue("app", limit: 9, now: clock.now).count == 2)
        }
    }

    @Test func `health is remembered`() async throws {
        let fixture = fixture()
        let health = EndpointHealth(blockedUntil: clock.now, failures: 3)
        try await fixture.withSpool { try await $0.record(health, of: "app") }
        let states = try await fixture.withSpool { $0.endpointStates() }
        #expect(states == ["app": EndpointState(health: health)])
    }
}
