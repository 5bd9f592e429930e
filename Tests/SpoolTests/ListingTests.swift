import Foundation
import Mail
import Spool
import Testing

@Suite struct ListingTests {
    @Test func `lists are newest first and go on before an id`() async throws {
        let fixture = SpoolFixture()
        try await fixture.withSpool { spool in
            var ids: [MessageID] = []
            for _ in 0..<5 { ids.append(try await Acceptor().store(Letter(to: "app", "archive"), in: spool)) }
            #expect(try await spool.messages(limit: 2).map(\.id) == [ids[4], ids[3]])
            #expect(try await spool.messages(limit: 9, before: ids[3]).map(\.id) == [ids[2], ids[1], ids[0]])
            let page = try await spool.deliveries(DeliveryFilter(), limit: 3)
            #expect(page.map(\.id.number) == [2, 1, 2])
            let next = try await spool.deliveries(DeliveryFilter(), limit: 3, before: page[2].id)
            #expect(next.first?.id == DeliveryID(message: ids[3], number: 1))
        }
    }

    @Test func `a page brings the first octets of each message, wherever they are`() async throws {
        let fixture = SpoolFixture()
        let letters = [
            Letter("Subject: a\r\n\r\n", to: "app"), Letter(size: 200_000, to: "app", "archive"),
            Letter("", to: "app"), Letter(size: 150_000, seed: 7, to: "archive"),
        ]
        try await fixture.withSpool { spool in
            var ids: [MessageID] = []
            for letter in letters { ids.append(try await Acceptor().store(letter, in: spool)) }
            let path = try #require(try fixture.bodyFiles().first { $0.hasSuffix("\(ids[3]).eml") })
            try FileManager.default.removeItem(atPath: "\(fixture.path)/bodies/\(path)")
            let page = try await spool.messages(limit: 9, window: 1_000) { Heading($0, $1) }
            #expect(page.map(\.id) == ids.reversed())
            #expect(page.map(\.head) == [[], [], Array(letters[1].octets[..<1_000]), letters[0].octets])
            #expect(page.map(\.endpoints) == [["archive"], ["app"], ["app", "archive"], ["app"]])
            let older = try await spool.messages(limit: 1, before: ids[2], window: 9) { Heading($0, $1) }
            #expect(older.map(\.head) == [Array(letters[1].octets[..<9])])
        }
    }

    @Test func `filters narrow the list`() async throws {
        let fixture = SpoolFixture()
        let now = WallClock.now()
        try await fixture.withSpool { spool in
            let old = try await Acceptor().store(Letter(to: "app", "archive"), in: spool, at: now)
            let new = try await Acceptor().store(Letter(to: "app"), in: spool, at: now + .seconds(60))
            _ = try await spool.claimDue("archive", limit: 1, now: now)
            func count(_ filter: DeliveryFilter) async throws -> Int {
                try await spool.deliveries(filter, limit: 9).count
            }
            #expect(try await count(DeliveryFilter(state: .claimed)) == 1)
            #expect(try await count(DeliveryFilter(endpoint: "app")) == 2)
            #expect(try await count(DeliveryFilter(since: now + .seconds(1))) == 1)
            #expect(try await count(DeliveryFilter(message: old)) == 2)
            #expect(try await count(DeliveryFilter(state: .ready, endpoint: "app", message: new)) == 1)
            var held = DeliveryFilter()
            held.isHeld = true
            #expect(try await count(held) == 0)
            try await spool.hold("app", as: .paused)
            try await spool.hold("archive", as: .disabled)
            #expect(try await count(held) == 2)
            held.message = old
            #expect(try await count(held) == 1)
            try await spool.resume("app")
            #expect(try await count(held) == 0)
        }
    }

    @Test func `since goes by the final dot, also of what was long on its way or is sent again`() async throws
    {
        let fixture = SpoolFixture()
        let now = WallClock.now()
        try await fixture.withSpool { spool in
            let early = try await Acceptor().store(Letter(), in: spool, at: now + .seconds(-3600))
            let late = try await Acceptor().store(Letter(), in: spool, at: now + .seconds(86_400))
            _ = try await spool.replay([DeliveryID(message: early, number: 1)])
            func found(since: Timestamp) async throws -> [MessageID] {
                try await spool.deliveries(DeliveryFilter(since: since), limit: 9).map(\.id.message)
            }
            #expect(try await found(since: now + .seconds(-3601)) == [late, early])
            #expect(try await found(since: now + .seconds(-3599)) == [late])
            #expect(try await found(since: now + .seconds(86_400)) == [late])
            #expect(try await found(since: now + .seconds(86_401)).isEmpty)
            #expect(try await found(since: Timestamp(milliseconds: .min)).count == 2)
            #expect(try await found(since: Timestamp(milliseconds: .max)).isEmpty)
        }
    }

    @Test(arguments: [
        (AttemptRecord.Result.failed, 503 as Int?, nil as String?, "503" as String?),
        (.failed, 200, "response-incomplete", "200 response-incomplete"),
        (.failed, nil, "not-connected", "not-connected"), (.failed, nil, nil, "failed"),
        (.deferred, 429, nil, "429"), (.interrupted, nil, "interrupted", "interrupted"),
        (.delivered, 204, nil, nil),
    ])
    func `a list has the last error of each delivery`(
        result: AttemptRecord.Result, status: Int?, error: String?, shown: String?
    ) async throws {
        try await SpoolFixture().withSpool { spool in
            let now = WallClock.now()
            try await Acceptor().store(in: spool, at: now)
            #expect(try await spool.deliveries(DeliveryFilter(), limit: 9).map(\.lastError) == [nil])
            let attempts: [(AttemptRecord.Result, Int?, String?)] = [
                (.failed, 500, "first"), (result, status, error),
            ]
            for (number, (result, status, error)) in attempts.enumerated() {
                let claim = try #require(try await spool.claimDue("app", limit: 1, now: now).first)
                let record = AttemptRecord(startedAt: now, result: result, status: status, error: error)
                spool.record(
                    AttemptOutcome(
                        delivery: claim.id, attempt: number + 1, record: record,
                        next: .ready(due: now, isSpent: true)))
                while try await spool.delivery(claim.id)?.summary.state != .ready { await Task.yield() }
            }
            let listed = try await spool.deliveries(DeliveryFilter(), limit: 9)
            #expect(listed.map(\.lastError) == [shown])
            #expect(try await spool.delivery(listed[0].id)?.summary.lastError == shown)
        }
    }

    @Test(arguments: [
        (MessageFilter(from: "ALICE@"), [0, 1, 3]), (MessageFilter(from: "alice@example.org"), [0, 1, 3]),
        (MessageFilter(from: "<>"), [2]), (MessageFilter(from: ""), [0, 1, 2, 3]),
        (MessageFilter(to: "Bob@Example.COM"), [0]), (MessageFilter(to: "example.com"), [0, 1]),
        (MessageFilter(to: "\"a \\\"B\"+"), [0]), (MessageFilter(to: "j\u{FC}rg@"), [1]),
        (MessageFilter(to: "J\u{DC}RG@"), []), (MessageFilter(to: "100%_*@"), [2]),
        (MessageFilter(to: "%"), [2]), (MessageFilter(to: "_"), [2]), (MessageFilter(to: "*"), [2]),
        (MessageFilter(to: "mail.example.org"), []), (MessageFilter(from: "TLSv1.3"), []),
        (MessageFilter(from: "alice", to: "bob"), [0]), (MessageFilter(from: "' OR 1=1 --"), []),
        (MessageFilter(to: "\u{0}"), []), (MessageFilter(to: "com,"), []),
    ])
    func `messages are found by parts of their envelope`(filter: MessageFilter, expected: [Int]) async throws
    {
        try await SpoolFixture().withSpool { spool in
            var envelopes = Array(repeating: Letter.envelope, count: 4)
            envelopes[1].recipients = [.plain("j\u{FC}rg@example.com")]
            envelopes[2].mailFrom = ""
            envelopes[2].recipients = [.plain("100%_*@example.net")]
            envelopes[3].recipients = [.plain("carol@example.net")]
            var ids: [MessageID] = []
            for envelope in envelopes {
                ids.append(try await Acceptor().store(Letter().message(for: spool, in: envelope), in: spool))
            }
            let page = try await spool.messages(matching: filter, limit: 9, window: 7) { Heading($0, $1) }
            #expect(page.views.map(\.id) == expected.reversed().map { ids[$0] })
            #expect(page.views.allSatisfy { $0.head == Array("Subject".utf8) && $0.endpoints == ["app"] })
            #expect(page.searchedTo == nil)
        }
    }

    @Test func `a search goes on where the page before ended`() async throws {
        try await SpoolFixture().withSpool { spool in
            var ids: [MessageID] = []
            for _ in 0..<3 { ids.append(try await Acceptor().store(in: spool)) }
            func found(before: MessageID?) async throws -> [MessageID] {
                try await spool.messages(
                    matching: MessageFilter(from: "alice"), limit: 2, before: before, window: 0
                ) { summary, _ in summary.id }.views
            }
            #expect(try await found(before: nil) == [ids[2], ids[1]])
            #expect(try await found(before: ids[1]) == [ids[0]])
            for (sender, depth, count, end) in [
                ("bob", 2, 0, ids[1]), ("alice", 2, 2, nil), ("alice", 1, 1, ids[2]), ("bob", 3, 0, ids[0]),
                ("bob", 4, 0, nil),
            ] {
                let page = try await spool.messages(
                    matching: MessageFilter(from: sender), limit: 2, window: 0, depth: depth
                ) { summary, _ in summary.id }
                #expect((page.views.count, page.searchedTo) == (count, end), "\(sender), \(depth)")
            }
        }
    }

    @Test func `what is not there is nil`() async throws {
        try await SpoolFixture().withSpool { spool async throws in
            #expect(try await spool.message(.zero) == nil)
            #expect(try await spool.message(spool.mintID()) == nil)
            #expect(try await spool.stored(spool.mintID()) == nil)
            #expect(try await spool.delivery(DeliveryID(message: spool.mintID(), number: 1)) == nil)
        }
    }

    @Test func `the backlog is told by endpoint, and counts what nobody has in hand`() async throws {
        let fixture = SpoolFixture()
        let start = WallClock.now() + .seconds(-3600)
        try await fixture.withSpool { spool in
            #expect(try await spool.backlog().isEmpty)
            _ = try await spool.configureEndpoints(["app", "archive"])
            for age in [0, 60, 120] {
                try await Acceptor().store(
                    Letter(to: "app", "archive"), in: spool, at: start + .seconds(age))
            }
            try await Acceptor().store(Letter(to: "gone"), in: spool, at: start)
            try await spool.hold("archive", as: .paused)
            let claims = try await spool.claimDue("app", limit: 2, now: WallClock.now())
            let failure = AttemptRecord(startedAt: start, result: .failed, status: 410)
            spool.record(
                AttemptOutcome(
                    delivery: claims[0].id, attempt: 1, record: failure, next: .dead(at: WallClock.now())))
            while try await spool.delivery(claims[0].id)?.summary.state != .dead { await Task.yield() }
            let backlog = try await spool.backlog()
            #expect(backlog.keys.sorted() == ["app", "archive", "gone"])
            let (app, archive) = (try #require(backlog["app"]), try #require(backlog["archive"]))
            #expect((app.waiting, app.held, app.dead) == (1, 0, 1))
            #expect((archive.waiting, archive.held, archive.dead) == (0, 3, 0))
            #expect(archive.oldest == start)
            #expect(archive.longestWait(at: start + .seconds(61)) == .seconds(61))
            #expect(archive.longestWait(at: start + .seconds(-5)) == .zero)
            _ = try await spool.replay([claims[0].id])
            let replayed = try await spool.backlog()["app"]
            #expect((replayed?.waiting, replayed?.dead) == (2, 0))
        }
    }

    @Test func `statistics count everything`() async throws {
        let fixture = SpoolFixture()
        try await fixture.withSpool { spool in
            try await Acceptor().store(Letter(size: 100), in: spool)
            try await Acceptor().store(Letter(size: 200_000, to: "app", "archive"), in: spool)
            let counted = try await spool.statistics()
            #expect((counted.messages, counted.octets, counted.files) == (2, 200_100, 1))
            #expect(counted.deliveries == [.ready: 3])
            #expect(counted.oldestReady != nil)
            #expect(counted.databaseSize > 0 && counted.diskFree > 0)
        }
    }
}

/// What a test wants of a message in a list.
private struct Heading: Sendable {
    let id: MessageID
    let head: [UInt8]
    let endpoints: [String]

    init(_ summary: MessageSummary, _ head: [UInt8]) {
        (id, self.head, endpoints) = (summary.id, head, summary.deliveries.map(\.endpoint))
    }
}

extension Recipient {
    fileprivate static func plain(_ address: String) -> Recipient {
        Recipient(address: address, local: address, tag: nil, domain: "example.com")
    }
}
