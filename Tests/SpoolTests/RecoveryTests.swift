import Foundation
import GRDB
import Mail
import Spool
import Testing

/// What a start finds: open claims, orphans, missing bodies (invariants 5 and 6).
@Suite struct RecoveryTests {
    let fixture = SpoolFixture()

    @Test func `what was claimed is ready again, with its attempt on record and not counted`() async throws {
        let handover = RecordingHandover(capacity: 1)
        let now = WallClock.now()
        try await fixture.withSpool(handover) { spool in
            for _ in 0..<2 { try await Acceptor().store(in: spool, at: now) }
            #expect(try await spool.claimDue("app", limit: 1, now: now).count == 1)
        }
        try await fixture.withSpool { spool in
            let claims = try await spool.claimDue("app", limit: 9, now: WallClock.now())
            #expect(claims.map(\.attempt) == [2, 2])
            #expect(claims.map(\.spent) == [0, 0])
            #expect(Set(claims.map(\.id)).contains(try #require(handover.taken.first).id))
            for claim in claims {
                let attempts = try await spool.delivery(claim.id)?.attempts
                #expect(attempts?.map(\.record.result) == [.interrupted])
            }
        }
    }

    @Test func `a claim that was given back is ready without an attempt`() async throws {
        let now = WallClock.now()
        try await fixture.withSpool { spool in
            try await Acceptor().store(in: spool, at: now)
            let claim = try #require(try await spool.claimDue("app", limit: 1, now: now).first)
            spool.record(
                AttemptOutcome(
                    delivery: claim.id, attempt: claim.attempt, record: nil,
                    next: .ready(due: now, isSpent: false)))
        }
        let claims = try await fixture.withSpool { try await $0.claimDue("app", limit: 1, now: now) }
        #expect(claims.map(\.attempt) == [1])
    }

    @Test func `a slow sender's old id is found again above the mark`() async throws {
        try await fixture.withSpool(RecordingHandover(capacity: 99)) { spool in
            let slow = Letter().message(for: spool)
            let quick = try await Acceptor().store(in: spool)
            spool.record(
                AttemptOutcome(
                    delivery: DeliveryID(message: quick, number: 1), attempt: 1, record: nil,
                    next: .delivered(at: WallClock.now())))
            _ = try await spool.settled(DeliveryID(message: quick, number: 1))
            // Closing stores a mark above both ids; the slow message comes in the next life of the claim.
            #expect(await Acceptor().accept(slow, into: spool).failure == nil)
        }
        let claims = try await fixture.withSpool {
            try await $0.claimDue("app", limit: 9, now: WallClock.now())
        }
        #expect(claims.count == 1)
    }

    @Test func `files without a message go, messages without their file are reported`() async throws {
        let (kept, lost) = try await fixture.withSpool { spool in
            (
                try await Acceptor().store(Letter(size: 200_000), in: spool),
                try await Acceptor().store(Letter(size: 200_000), in: spool)
            )
        }
        let bodies = "\(fixture.path)/bodies"
        let files = try fixture.bodyFiles()
        let lostFile = try #require(files.first { $0.hasSuffix("\(lost).eml") })
        try FileManager.default.removeItem(atPath: "\(bodies)/\(lostFile)")
        let folder = try #require(lostFile.split(separator: "/").first)
        for name in ["\(MessageID.zero).eml", "note.txt"] {
            try Data("x".utf8).write(to: URL(filePath: "\(bodies)/\(folder)/\(name)"))
        }
        try await fixture.withSpool { spool in
            #expect(spool.missingBodies == [lost])
            #expect(try fixture.bodyFiles().map { $0.hasSuffix("\(kept).eml") } == [true])
            let damage = try await spool.check(readsBodies: true)
            #expect(damage.missingBodies == [lost])
            #expect(damage.changedBodies.isEmpty && damage.orphans.isEmpty)
            let message = try #require(try await spool.stored(lost))
            #expect(throws: SpoolError.bodyMissing(lost)) { try message.octets.open() }
        }
    }

    @Test func `octets that changed are found`() async throws {
        let ids = try await fixture.withSpool { spool in
            [
                try await Acceptor().store(Letter(size: 200_000), in: spool),
                try await Acceptor().store(Letter(size: 2_000), in: spool),
            ]
        }
        let file = try #require(try fixture.bodyFiles().first)
        try Data(repeating: 0, count: 200_000).write(to: URL(filePath: "\(fixture.path)/bodies/\(file)"))
        try await DatabaseQueue(path: "\(fixture.path)/spool.sqlite").write { db in
            try db.execute(sql: "UPDATE message SET octets = zeroblob(2000) WHERE size = 2000")
        }
        let damage = try await fixture.withSpool { try await $0.check(readsBodies: true) }
        #expect(damage.changedBodies == ids)
    }

    @Test func `a clock that jumped back while the spool was closed makes nothing later than its interval`()
        async throws
    {
        var fixture = fixture
        let clock = TestClock(2_000_000_000_000)
        fixture.options.follow(clock)
        try await fixture.withSpool { spool in
            try await Acceptor().store(in: spool, at: clock.now)
            let claim = try #require(try await spool.claimDue("app", limit: 1, now: clock.now).first)
            spool.record(
                AttemptOutcome(
                    delivery: claim.id, attempt: 1,
                    record: AttemptRecord(startedAt: clock.now, result: .failed),
                    next: .ready(due: clock.now + .seconds(60), isSpent: true)))
            _ = try await spool.settled(claim.id)
        }
        clock.set(1_999_999_000_000)
        try await fixture.withSpool { spool in
            let due = try #require(try await spool.nextDue("app"))
            #expect(due <= clock.now + .seconds(60))
            #expect(due > clock.now)
        }
    }

    @Test(arguments: [-3_600, 3_600])
    func `a clock that jumps takes what waits, what is claimed and who sends with it`(seconds: Int64)
        async throws
    {
        var fixture = fixture
        let clock = TestClock(2_000_000_000_000)
        fixture.options.follow(clock)
        try await fixture.withSpool { spool in
            let handover = RecordingHandover(capacity: 1)
            spool.attach(handover)
            let claimed = DeliveryID(message: try await Acceptor().store(in: spool, at: clock.now), number: 1)
            try await Acceptor().store(in: spool, at: clock.now + .seconds(60))
            try await spool.record(
                EndpointHealth(blockedUntil: clock.now + .seconds(90), failures: 1), of: "app")
            clock.jump(seconds)
            while try await spool.nextDue("app") != clock.now + .seconds(60) { await Task.yield() }
            #expect(handover.jumps == [.seconds(seconds)])
            let series = try await spool.delivery(claimed)?.seriesStart
            #expect(series == clock.now)
            while spool.endpointStates()["app"]?.health.blockedUntil != clock.now + .seconds(90) {
                await Task.yield()
            }
        }
    }
}
