import Mail
import Spool
import Testing

@Suite struct IDTests {
    @Test func `ids rise strictly while the clock jumps`() throws {
        let clock = TestClock(1_000_000)
        var fixture = SpoolFixture()
        fixture.options.follow(clock)
        let spool = try fixture.open()
        let ids = (0..<100_000).map { step in
            if step % 1000 == 0 { clock.set(Int64(1_000_000 + (step % 7) * 500 - step)) }
            return spool.mintID()
        }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func `ids of many threads are all different`() async throws {
        let fixture = SpoolFixture()
        try await fixture.withSpool { spool in
            let ids = await withTaskGroup(of: [MessageID].self) { group in
                for _ in 0..<8 { group.addTask { (0..<5_000).map { _ in spool.mintID() } } }
                return await group.reduce(into: [MessageID]()) { $0 += $1 }
            }
            #expect(Set(ids).count == 40_000)
        }
    }

    @Test func `after a restart ids go on above the newest that was ever stored`() async throws {
        var fixture = SpoolFixture()
        let clock = TestClock(2_000_000_000_000)
        fixture.options.follow(clock)
        fixture.options.retention = Retention(delivered: .zero, dead: .zero)
        let (kept, salt) = try await fixture.withSpool { spool in
            (try await Acceptor().store(in: spool), spool.mintID().salt)
        }
        clock.set(1_000_000_000_000)
        try await fixture.withSpool { spool in
            let id = spool.mintID()
            #expect(id > kept)
            #expect(id.salt == salt)
            let claimed = try #require(try await spool.claimDue("app", limit: 1, now: clock.now).first)
            spool.record(
                AttemptOutcome(
                    delivery: claimed.id, attempt: claimed.attempt, record: nil, next: .dead(at: clock.now)))
            while try await spool.statistics().messages > 0 { await Task.yield() }
        }
        try await fixture.withSpool { #expect($0.mintID() > kept) }
    }

    @Test func `two spools never give the same id`() throws {
        let (one, other) = (try SpoolFixture().open(), try SpoolFixture().open())
        #expect(one.mintID().salt != other.mintID().salt)
    }
}
