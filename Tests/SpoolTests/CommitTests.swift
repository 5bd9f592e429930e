import CFaultyVFS
import Mail
import Spool
import Synchronization
import Testing

/// Invariants 1 and 2, and the shape of a commit.
@Suite struct CommitTests {
    @Test(arguments: [0, 1, 4_096, 131_072, 131_073, 1_000_000])
    func `a message comes back with the octets it was given`(size: Int) async throws {
        let fixture = SpoolFixture()
        let letter = Letter(size: size)
        let id = try await fixture.withSpool { spool in
            let id = try await Acceptor().store(letter, in: spool)
            #expect(try await spool.octets(of: id) == letter.octets)
            return id
        }
        try await fixture.withSpool { spool in
            let details = try #require(try await spool.message(id))
            #expect(try await spool.octets(of: id) == letter.octets)
            #expect(details.summary.size == size)
            #expect(details.isInFile == (size > 131_072))
            #expect(try await spool.check(readsBodies: true).isEmpty)
        }
    }

    @Test func `all that was said of a message is kept`() async throws {
        let fixture = SpoolFixture()
        let received = Timestamp(milliseconds: 1_795_464_845_123)
        try await fixture.withSpool { spool in
            let id = try await Acceptor().store(Letter(to: "app", "archive"), in: spool, at: received)
            let details = try #require(try await spool.message(id))
            #expect(details.summary.receivedAt == received)
            #expect(details.summary.envelope == Letter.envelope)
            #expect(details.refused == Letter.refused)
            #expect(details.trace == Letter.trace)
            #expect(details.transcript == Array("C: EHLO\r\n".utf8))
            #expect(details.summary.deliveries.map(\.endpoint) == ["app", "archive"])
            let delivery = try await spool.delivery(DeliveryID(message: id, number: 2))
            #expect(delivery?.recipients == Letter.recipients)
        }
    }

    @Test func `the log is synced before anybody is told`() async throws {
        let fixture = SpoolFixture()
        let syncs = Atomic<Int>(0)
        let disk = FaultyDisk(under: fixture.folder.path) { call in
            if case .sqlite(.sync, let path) = call, path.hasSuffix("-wal") {
                syncs.add(1, ordering: .sequentiallyConsistent)
            }
            return false
        }
        try await fixture.withSpool { spool in
            for _ in 0..<5 {
                let before = syncs.load(ordering: .sequentiallyConsistent)
                try await Acceptor().store(in: spool)
                #expect(syncs.load(ordering: .sequentiallyConsistent) > before)
            }
        }
        disk.mend()
    }

    @Test func `what waits together is committed together, and observers hear before the hand-over`()
        async throws
    {
        let fixture = SpoolFixture()
        let handover = RecordingHandover(capacity: 1_000)
        let acceptor = Acceptor()
        try await fixture.withSpool(handover) { spool in
            try await withThrowingTaskGroup { group in
                for _ in 0..<200 { group.addTask { _ = try await acceptor.store(in: spool) } }
                try await group.waitForAll()
            }
        }
        let batches = acceptor.batches.withLock { $0 }
        #expect(batches.reduce(0, +) == 200)
        #expect(batches.count < 200)
        #expect(handover.batches == batches.count)
        #expect(handover.taken.count == 200)
    }

    @Test func `messages that come while others are received share a transaction`() async throws {
        let acceptor = Acceptor()
        try await SpoolFixture().withSpool { spool in
            let endless = spool.makeBody(for: spool.mintID()) {}
            for token in 1...20 {
                spool.accept(Letter().message(for: spool), observer: acceptor, token: UInt64(token))
            }
            try await acceptor.store(in: spool)
            endless.abort()
        }
        let batches = acceptor.batches.withLock { $0 }
        #expect(batches.reduce(0, +) == 21)
        #expect(batches.count < 15)
    }

    @Test func `a transaction that fails tells all that it took, early and late`() async throws {
        let fixture = SpoolFixture()
        let isBroken = Atomic<Bool>(false)
        let disk = FaultyDisk(under: fixture.folder.path) { call in
            guard case .sqlite(.write, let path) = call, path.hasSuffix("-wal") else { return false }
            return isBroken.load(ordering: .sequentiallyConsistent)
        }
        try await fixture.withSpool { spool in
            isBroken.store(true, ordering: .sequentiallyConsistent)
            let endless = spool.makeBody(for: spool.mintID()) {}
            let failures = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        await Acceptor().accept(Letter().message(for: spool), into: spool).failure != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(failures == 40)
            disk.mend()
            try await Acceptor().store(in: spool)
            endless.abort()
            #expect(try await spool.statistics().messages == 1)
        }
    }

    @Test func `a message that never ends keeps no other waiting`() async throws {
        try await SpoolFixture().withSpool { spool in
            let endless = spool.makeBody(for: spool.mintID()) {}
            try await Acceptor().store(in: spool)
            endless.abort()
        }
    }

    @Test func `many producers lose nothing and mix nothing up`() async throws {
        let fixture = SpoolFixture()
        let letters = try await fixture.withSpool { spool in
            try await withThrowingTaskGroup(of: (MessageID, Letter).self) { group in
                for seed in 0..<120 {
                    group.addTask {
                        let letter = Letter(size: seed % 40 == 0 ? 300_000 : 100 * seed, seed: seed)
                        return (try await Acceptor().store(letter, in: spool), letter)
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
        }
        #expect(letters.count == 120)
        try await fixture.withSpool { spool in
            for (id, letter) in letters {
                let octets = try await spool.octets(of: id)
                #expect(octets == letter.octets)
            }
        }
    }

    @Test func `an aborted message leaves nothing`() async throws {
        let fixture = SpoolFixture()
        try await fixture.withSpool { spool in
            for size in [10, 500_000] { Letter(size: size).message(for: spool).body.abort() }
            _ = Letter(size: 500_000).message(for: spool)
            try await Acceptor().store(in: spool)
        }
        #expect(try fixture.bodyFiles().isEmpty)
        let messages = try await fixture.withSpool { try await $0.statistics().messages }
        #expect(messages == 1)
    }

    @Test func `a closed spool refuses`() async throws {
        let fixture = SpoolFixture()
        let spool = try fixture.open()
        await spool.close()
        await spool.close()
        for size in [10, 500_000] {
            let result = await Acceptor().accept(Letter(size: size).message(for: spool), into: spool)
            #expect(result.failure == .closed)
        }
        await #expect(throws: SpoolError.closed) { try await spool.resume("app") }
    }
}
