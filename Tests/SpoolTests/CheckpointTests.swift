import Foundation
import Spool
import Testing

@Suite struct CheckpointTests {
    /// Three pages a message, so that the log would have 12 MB without checkpoints.
    @Test func `the log stays short however much is written`() async throws {
        let fixture = SpoolFixture()
        try await fixture.withSpool { spool in
            for number in 0..<1000 {
                try await Acceptor().store(Letter(size: 9_000, seed: number), in: spool)
            }
            let log = try FileManager.default.attributesOfItem(atPath: "\(fixture.path)/spool.sqlite-wal")
            let size = try #require(log[.size] as? Int)
            #expect(size < 6_000_000)
        }
        try await fixture.withSpool { spool in
            let counted = try await spool.statistics()
            #expect(counted.messages == 1000)
        }
    }
}
