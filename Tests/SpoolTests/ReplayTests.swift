import Mail
import Spool
import Testing

@Suite struct ReplayTests {
    let fixture = SpoolFixture()
    let now = WallClock.now()

    /// A delivery in `state`, with one spent attempt.
    private func delivery(in state: DeliveryState, _ spool: MessageSpool) async throws -> DeliveryID {
        let message = try await Acceptor().store(in: spool, at: now)
        let id = DeliveryID(message: message, number: 1)
        guard state != .ready else { return id }
        _ = try #require(try await spool.claimDue("app", limit: 1, now: now).first)
        guard state != .claimed else { return id }
        let record = AttemptRecord(startedAt: now, result: .failed)
        spool.record(
            AttemptOutcome(
                delivery: id, attempt: 1, record: record,
                next: state == .dead ? .dead(at: now) : .delivered(at: now)))
        _ = try await spool.settled(id)
        return id
    }

    @Test func `an id of another spool with the same key replays nothing`() async throws {
        try await fixture.withSpool { spool in
            let id = try await delivery(in: .delivered, spool)
            let stranger = MessageID(high: id.message.high, low: id.message.low ^ 1)
            #expect(try await spool.replay([DeliveryID(message: stranger, number: 1)]).isEmpty)
            #expect(try await spool.deliver(stranger, to: "archive") == nil)
            #expect(try await spool.delivery(id)?.summary.state == .delivered)
        }
    }

    @Test(arguments: DeliveryState.allCases)
    func `a replay begins a new series of the same delivery`(state: DeliveryState) async throws {
        try await fixture.withSpool { spool in
            let id = try await delivery(in: state, spool)
            #expect(try await spool.replay([id]) == [id])
            let details = try #require(try await spool.delivery(id))
            #expect(details.summary.state == (state == .claimed ? .claimed : .ready))
            #expect(details.summary.spent == 0)
            #expect(details.seriesStart >= now)
            guard state != .claimed else { return }
            let claim = try #require(try await spool.claimDue("app", limit: 1, now: WallClock.now()).first)
            #expect(claim.id == id)
            #expect(claim.attempt == details.attempts.count + 1)
        }
    }

    /// Orders that make a new delivery, and where it goes.
    static let copies: [(ReplayOrder, String, String?)] = [
        (ReplayOrder(makesNewID: true), "app", nil),
        (ReplayOrder(url: "https://other.example.com/"), "app", "https://other.example.com/"),
        (ReplayOrder(endpoint: "archive"), "archive", nil),
    ]

    @Test(arguments: copies)
    func `a new delivery names the old one`(order: ReplayOrder, endpoint: String, url: String?) async throws {
        try await fixture.withSpool { spool in
            let old = try await delivery(in: .dead, spool)
            let new = DeliveryID(message: old.message, number: 2)
            #expect(try await spool.replay([old], order) == [new])
            let claim = try #require(try await spool.claimDue(endpoint, limit: 1, now: WallClock.now()).first)
            #expect((claim.id, claim.url, claim.attempt) == (new, url, 1))
            #expect(claim.recipients == Letter.recipients)
            #expect(try await spool.delivery(new)?.summary.origin == old)
            #expect(try await spool.delivery(old)?.summary.state == .dead)
        }
    }

    @Test func `unknown deliveries are left out`() async throws {
        try await fixture.withSpool { spool in
            let id = try await delivery(in: .dead, spool)
            let unknown = DeliveryID(message: id.message, number: 7)
            #expect(try await spool.replay([unknown, id]) == [id])
            #expect(try await spool.replay([unknown], ReplayOrder(endpoint: "archive")).isEmpty)
            #expect(try await spool.deliver(.zero, to: "app") == nil)
        }
    }

    @Test func `ids of another spool name nothing here, though their keys are the same`() async throws {
        try await fixture.withSpool { spool in
            let id = try await delivery(in: .dead, spool)
            let salt = SpoolSalt(high: id.message.salt.high, low: ~id.message.salt.low)
            let foreign = MessageID(key: id.message.key, salt: salt)
            #expect(try await spool.replay([DeliveryID(message: foreign, number: 1)]).isEmpty)
            #expect(try await spool.deliver(foreign, to: "archive") == nil)
            #expect(try await spool.delivery(id)?.summary.state == .dead)
        }
    }

    @Test func `refused recipients can be delivered after all`() async throws {
        try await fixture.withSpool { spool in
            let id = try await delivery(in: .ready, spool)
            let new = try #require(try await spool.deliver(id.message, to: "archive"))
            #expect(new.number == 2)
            #expect(try await spool.delivery(new)?.recipients.map(\.recipient) == [1])
        }
    }

    @Test func `a first delivery is for everybody where nobody was refused`() async throws {
        try await fixture.withSpool { spool in
            var message = Letter().message(for: spool)
            message.refused = []
            let id = try await Acceptor().store(message, in: spool)
            let new = try #require(try await spool.deliver(id, to: "archive"))
            #expect(try await spool.delivery(new)?.recipients.map(\.recipient) == [0, 1])
        }
    }
}
