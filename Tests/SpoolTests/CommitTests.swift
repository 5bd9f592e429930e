import Mail
import Spool
import Testing

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
}
