import GRDB
import Mail
import Spool
import Testing

/// The states of a delivery and the arrows between them; invariants 4 and 8.
@Suite struct ClaimTests {
    let fixture = SpoolFixture()
    let now = Timestamp(milliseconds: 1_795_464_845_000)

    @Test func `what the hand-over takes is claimed, the rest is ready and claimed in order`() async throws {
        let handover = RecordingHandover(capacity: 2)
        try await fixture.withSpool(handover) { spool in
            var ids: [MessageID] = []
            for second in 0..<5 {
                ids.append(try await Acceptor().store(in: spool, at: now + .seconds(second)))
            }
            #expect(handover.taken.map(\.id.message) == Array(ids.prefix(2)))
            #expect(try await spool.deliveries(DeliveryFilter(state: .claimed), limit: 9).count == 2)
            #expect(try await spool.nextDue("app") == now + .seconds(2))
            let early = try await spool.claimDue("app", limit: 9, now: now + .seconds(3))
            #expect(early.map(\.id.message) == [ids[2], ids[3]])
            let late = try await spool.claimDue("app", limit: 9, now: now + .seconds(60))
            #expect(late.map(\.id.message) == [ids[4]])
            #expect(try await spool.nextDue("app") == nil)
        }
    }

    @Test func `in order the oldest message comes first, and nothing passes it`() async throws {
        try await fixture.withSpool { spool in
            var ids: [DeliveryID] = []
            for second in 0..<4 {
                let message = try await Acceptor().store(in: spool, at: now + .seconds(-second))
                ids.append(DeliveryID(message: message, number: 1))
            }
            let first = try await spool.claimDue("app", limit: 1, inOrder: true, now: now)
            #expect(first.map(\.id) == [ids[0]])
            #expect(try await spool.claimDue("app", limit: 9, inOrder: true, now: now + .seconds(-2)).isEmpty)
            let due = now + .seconds(5)
            spool.record(
                AttemptOutcome(
                    delivery: ids[0], attempt: 1, record: AttemptRecord(startedAt: now, result: .failed),
                    next: .ready(due: due, isSpent: true)))
            #expect(try await spool.claimDue("app", limit: 9, inOrder: true, now: now).isEmpty)
            #expect(try await spool.nextDue("app", inOrder: true) == due)
            let rest = try await spool.claimDue("app", limit: 9, inOrder: true, now: due)
            #expect(rest.map(\.id) == ids)
        }
    }

    @Test func `a claim from memory and one from the spool carry the same`() async throws {
        let handover = RecordingHandover(capacity: 1)
        try await fixture.withSpool(handover) { spool in
            for _ in 0..<2 { try await Acceptor().store(in: spool, at: now) }
            let fresh = try #require(handover.taken.first)
            let stored = try #require(try await spool.claimDue("app", limit: 1, now: now).first)
            for claim in [fresh, stored] {
                #expect(claim.endpoint == "app")
                #expect(claim.recipients == Letter.recipients)
                #expect((claim.attempt, claim.spent) == (1, 0))
                #expect(claim.seriesStart == now)
                #expect(claim.message.envelope == Letter.envelope)
                #expect(claim.message.trace == Letter.trace)
                #expect(claim.message.receivedAt == now)
                #expect(claim.message.sha256 == fresh.message.sha256)
                #expect(try claim.message.octets.read() == Letter().octets)
            }
        }
    }

    @Test(arguments: [
        ("UPDATE delivery SET recipients = '[{]' WHERE message = ?", "dlv_", "_1"),
        ("UPDATE message SET envelope = '' WHERE seq = ?", "msg_", ""),
    ])
    func `a claim that cannot be read is dead, and holds up nothing`(
        damage: String, prefix: String, suffix: String
    ) async throws {
        var ids: [MessageID] = []
        try await fixture.withSpool { spool in
            for second in 0..<3 {
                ids.append(try await Acceptor().store(in: spool, at: now + .seconds(second)))
            }
        }
        try await DatabaseQueue(path: "\(fixture.path)/spool.sqlite").write { [key = ids[1].key] in
            try $0.execute(sql: damage, arguments: [key])
        }
        try await fixture.withSpool { spool in
            let claimed = try await spool.claimDue("app", limit: 9, now: now + .seconds(60))
            #expect(claimed.map(\.id.message) == [ids[0], ids[2]])
            _ = try await spool.claimDue("app", limit: 9, now: now + .seconds(60))
            let dead = try await spool.deliveries(DeliveryFilter(state: .dead), limit: 9)
            #expect(dead.map(\.id.message) == [ids[1]])
            let details = try #require(try await spool.delivery(dead[0].id))
            #expect(details.attempts.map(\.record.error) == ["unreadable-row"])
            #expect(try await spool.messages(limit: 9).map(\.id) == ids.reversed())
            let damage = try await spool.check(readsBodies: true)
            #expect(damage.unreadable == ["\(ids[1])".replacing("msg_", with: prefix) + suffix])
            #expect((damage.changedBodies, damage.missingBodies) == ([], []))
            #expect(try await spool.octets(of: ids[1]) == Letter().octets)
        }
    }

    @Test func `a damaged list of refused recipients is reported and hides nothing`() async throws {
        _ = try await fixture.withSpool { try await Acceptor().store(in: $0, at: now) }
        try await DatabaseQueue(path: "\(fixture.path)/spool.sqlite").write {
            try $0.execute(sql: "UPDATE message SET refused = 'x'")
        }
        try await fixture.withSpool { spool in
            let id = try #require(try await spool.messages(limit: 1).first?.id)
            #expect(try await spool.check(readsBodies: false).unreadable == ["\(id)"])
            #expect(try await spool.message(id)?.refused == [])
            #expect(try await spool.claimDue("app", limit: 1, now: now).count == 1)
        }
    }

    @Test func `an endpoint that is not claimed for keeps nobody waiting`() async throws {
        try await fixture.withSpool { spool in
            for _ in 0..<50 { try await Acceptor().store(Letter(to: "dead"), in: spool, at: now) }
            try await Acceptor().store(Letter(to: "alive"), in: spool, at: now + .seconds(1))
            #expect(try await spool.claimDue("alive", limit: 1, now: now + .seconds(1)).count == 1)
        }
    }

    /// What follows from each outcome: state, spent, attempts.
    static let outcomes: [(AttemptOutcome.NextStep, AttemptRecord.Result?, DeliveryState, Int, Int)] = [
        (.delivered(at: Timestamp(milliseconds: 7)), .delivered, .delivered, 1, 1),
        (.ready(due: Timestamp(milliseconds: 7), isSpent: true), .failed, .ready, 1, 1),
        (.ready(due: Timestamp(milliseconds: 7), isSpent: false), .deferred, .ready, 0, 1),
        (.ready(due: Timestamp(milliseconds: 7), isSpent: false), nil, .ready, 0, 0),
        (.dead(at: Timestamp(milliseconds: 7)), .failed, .dead, 1, 1),
    ]

    @Test(arguments: outcomes)
    func `an outcome moves the delivery and records the attempt`(
        next: AttemptOutcome.NextStep, result: AttemptRecord.Result?, state: DeliveryState, spent: Int,
        attempts: Int
    ) async throws {
        let record = result.map {
            AttemptRecord(
                startedAt: now, result: $0, status: 503,
                timings: AttemptRecord.Timings(
                    resolved: 1, connected: 2, secured: nil, answered: 30, ended: 31),
                address: "192.0.2.1", response: Array("busy".utf8), error: "server-error")
        }
        try await fixture.withSpool { spool in
            try await Acceptor().store(in: spool, at: now)
            let claim = try #require(try await spool.claimDue("app", limit: 1, now: now).first)
            spool.record(AttemptOutcome(delivery: claim.id, attempt: 1, record: record, next: next))
            let details = try await spool.settled(claim.id)
            #expect(details.summary.state == state)
            #expect(details.summary.at == Timestamp(milliseconds: 7))
            #expect((details.summary.spent, details.summary.attempts) == (spent, attempts))
            #expect(details.attempts.map(\.record) == (record.map { [$0] } ?? []))
        }
    }

    @Test func `an outcome of another attempt than the open one is dropped`() async throws {
        try await fixture.withSpool { spool in
            try await Acceptor().store(in: spool, at: now)
            let claim = try #require(try await spool.claimDue("app", limit: 1, now: now).first)
            let retry = AttemptOutcome.NextStep.ready(due: now, isSpent: true)
            for attempt in [2, 1, 1] {
                let record = AttemptRecord(startedAt: now, result: .failed)
                spool.record(
                    AttemptOutcome(delivery: claim.id, attempt: attempt, record: record, next: retry))
            }
            #expect(try await spool.settled(claim.id).attempts.map(\.number) == [1])
            #expect(try await spool.claimDue("app", limit: 1, now: now).first?.attempt == 2)
        }
    }

    @Test func `a hand-over gets its places back when the commit fails`() async throws {
        let handover = RecordingHandover(capacity: 3)
        let counter = CallCounter(failing: 0, persists: true)
        let disk = FaultyDisk(under: fixture.folder.path) { _ in counter.next() }
        let spool = try fixture.open(handover)
        counter.arm()
        let result = await Acceptor().accept(Letter().message(for: spool), into: spool)
        disk.mend()
        #expect(result.failure == .diskFull)
        #expect(handover.free == 3)
        #expect(handover.taken.isEmpty)
        await spool.close()
    }
}

extension MessageSpool {
    /// The delivery once it is not claimed any more.
    func settled(_ id: DeliveryID) async throws -> DeliveryDetails {
        while true {
            guard let details = try await delivery(id) else { throw SpoolError.notFound("\(id)") }
            if details.summary.state != .claimed { return details }
            await Task.yield()
        }
    }
}
