import Mail
import Spool
import Testing

/// Invariant 3: when a message leaves.
@Suite struct RetentionTests {
    static let day = Duration.seconds(86_400)

    /// The ends of a message's deliveries, in days before now (`nil`: still ready), and whether it is gone.
    static let cases: [([(DeliveryState, days: Int)?], isGone: Bool)] = [
        ([(.delivered, days: 8)], true),
        ([(.delivered, days: 6)], false),
        ([(.dead, days: 8)], false),
        ([(.dead, days: 31)], true),
        ([(.delivered, days: 8), (.dead, days: 31)], true),
        ([(.delivered, days: 8), (.dead, days: 8)], false),
        ([(.delivered, days: 90), nil], false),
    ]

    @Test(arguments: cases)
    func `a message leaves when all its deliveries have ended long enough ago`(
        ends: [(DeliveryState, days: Int)?], isGone: Bool
    ) async throws {
        let fixture = SpoolFixture()
        let now = WallClock.now()
        let id = try await fixture.withSpool { spool in
            let received = now + Self.day * -100
            let id = MessageID(key: received.milliseconds << 15, salt: spool.mintID().salt)
            var old = Letter(size: 200_000, to: "app", "archive").message(for: spool, id: id, at: received)
            old.deliveries = Array(old.deliveries.prefix(ends.count))
            try await Acceptor().store(old, in: spool)
            for (index, end) in ends.enumerated() {
                guard let end else { continue }
                let endpoint = old.deliveries[index].endpoint
                let claim = try #require(try await spool.claimDue(endpoint, limit: 1, now: now).first)
                let at = now + Self.day * -end.days
                spool.record(
                    AttemptOutcome(
                        delivery: claim.id, attempt: 1, record: nil,
                        next: end.0 == .dead ? .dead(at: at) : .delivered(at: at)))
                _ = try await spool.settled(claim.id)
            }
            return old.id
        }
        try await fixture.withSpool { spool in
            try await spool.sweep()
            #expect((try await spool.message(id) == nil) == isGone)
            #expect(try await spool.check(readsBodies: false).strays.isEmpty)
        }
    }

    @Test func `kept for no time at all means removed at once, with file and attempts`() async throws {
        var fixture = SpoolFixture()
        fixture.options.retention.delivered = .zero
        try await fixture.withSpool { spool in
            let id = try await Acceptor().store(Letter(size: 200_000), in: spool)
            let claim = try #require(try await spool.claimDue("app", limit: 1, now: WallClock.now()).first)
            let record = AttemptRecord(startedAt: WallClock.now(), result: .delivered, status: 200)
            spool.record(
                AttemptOutcome(
                    delivery: claim.id, attempt: 1, record: record, next: .delivered(at: WallClock.now())))
            while try await spool.message(id) != nil { await Task.yield() }
            let counted = try await spool.statistics()
            #expect((counted.messages, counted.attempts, counted.deliveries) == (0, 0, [:]))
        }
        #expect(try fixture.bodyFiles().isEmpty)
    }
}

extension MessageSpool {
    /// Waits until a pass of the retention that began after this call is over.
    func sweep() async throws {
        // A pass begins with a tick after the retention was set and removes in the writer's transactions; a marker
        // that may leave shows when it has been by.
        let oldest = MessageID(key: 1, salt: mintID().salt)
        var marker = Letter(size: 1).message(for: self, id: oldest, at: Timestamp(milliseconds: 0))
        marker.deliveries = []
        let id = try await Acceptor().store(marker, in: self)
        reconfigure(minimumFree: ByteCount(0), retention: Retention())
        while try await self.message(id) != nil { await Task.yield() }
    }
}
