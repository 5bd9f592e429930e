import Mail
import Spool
import Testing

/// Invariants 1, 2, 5, 6 and 9 under single and lasting failures of the disk.
@Suite struct FaultTests {
    /// More calls than this in one round would mean the round never ends.
    static let enough = 400

    @Test(arguments: zip([false, true], [1, 4]))
    func `whatever call fails, what was acknowledged is there and nothing else`(persists: Bool, step: Int)
        async throws
    {
        var victim = 0
        while try await survives(failing: victim, persists: persists) {
            victim += step
            try #require(victim < Self.enough)
        }
        #expect(victim > 15, "so few calls were made that the disk was not reached")
    }

    /// One round with call `victim` failing; false when there was no such call.
    private func survives(failing victim: Int, persists: Bool) async throws -> Bool {
        var fixture = SpoolFixture()
        let counter = CallCounter(failing: victim, persists: persists)
        let disk = FaultyDisk(under: fixture.folder.path) { _ in counter.next() }
        fixture.options.files = FaultyFiles(disk)
        let letters = (0..<3).map { Letter(size: $0 == 1 ? 200_000 : 5_000, seed: $0) }
        var fates: [(id: MessageID, letter: Letter, isStored: Bool)] = []

        let spool = try fixture.open()
        counter.arm()
        for letter in letters {
            let result = await Acceptor().accept(letter.message(for: spool), into: spool)
            fates.append((result.id, letter, result.failure == nil))
        }
        if let claimed = try? await spool.claimDue("app", limit: 1, now: WallClock.now()).first {
            spool.record(
                AttemptOutcome(
                    delivery: claimed.id, attempt: claimed.attempt,
                    record: AttemptRecord(startedAt: WallClock.now(), result: .delivered, status: 200),
                    next: .delivered(at: WallClock.now())))
        }
        await spool.close()
        disk.mend()
        try await check(fixture, fates, "call \(victim)")
        return counter.hasStruck
    }

    private func check(
        _ fixture: SpoolFixture, _ fates: [(id: MessageID, letter: Letter, isStored: Bool)], _ round: String
    ) async throws {
        try await fixture.withSpool { spool in
            #expect(spool.missingBodies.isEmpty, "\(round)")
            #expect(try await spool.check(readsBodies: true).isEmpty, "\(round)")
            for fate in fates {
                let details = try await spool.message(fate.id)
                #expect((details != nil) == fate.isStored, "\(round), \(fate.letter.octets.count) octets")
                guard let details else { continue }
                #expect(try await spool.octets(of: fate.id) == fate.letter.octets, "\(round)")
                #expect(details.summary.deliveries.count == 1, "\(round)")
            }
        }
    }
}
