import Foundation
import GRDB
import Mail
import Spool
import Testing

/// Opening: folder, lock, schema (invariant 7).
@Suite struct OpeningTests {
    let fixture = SpoolFixture()

    private func error(at path: String) -> SpoolError? {
        do {
            _ = try MessageSpool.open(at: path, options: fixture.options, logger: .silent)
            return nil
        } catch {
            return error
        }
    }

    @Test func `the folder is made for its owner alone`() async throws {
        try await fixture.withSpool { _ in }
        for folder in [fixture.path, "\(fixture.path)/bodies"] {
            let mode = try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int
            #expect(mode == 0o700)
        }
    }

    @Test func `in a folder that others may enter its files stay their owner's alone`() async throws {
        let files = FileManager.default
        try files.createDirectory(
            atPath: fixture.path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        try await fixture.withSpool { _ in
            for name in try files.contentsOfDirectory(atPath: fixture.path) where name != "bodies" {
                let mode =
                    try files.attributesOfItem(atPath: "\(fixture.path)/\(name)")[.posixPermissions] as? Int
                #expect(mode == 0o600, "\(name)")
            }
        }
    }

    @Test func `a folder whose parent is missing is not made`() {
        let path = "\(fixture.folder.path)/missing/spool"
        #expect(error(at: path) == .parentMissing(path: path))
    }

    @Test func `a file in the folder's place is named`() throws {
        try Data().write(to: URL(filePath: fixture.path))
        #expect(error(at: fixture.path) == .cannotOpen(path: fixture.path, errno: ENOTDIR))
    }

    @Test func `a second opening in the same process finds the lock taken`() async throws {
        try await fixture.withSpool { _ in
            #expect(error(at: fixture.path) == .locked(path: fixture.path, holder: getpid()))
        }
        #expect(error(at: fixture.path) == nil)
    }

    @Test func `another process finds the lock taken`() async throws {
        let (path, holder) = (fixture.path, getpid())
        try await fixture.withSpool { _ in
            _ = await #expect(processExitsWith: .success) {
                [path = path as String, holder = holder as Int32] in
                do {
                    _ = try MessageSpool.open(at: path, logger: .silent)
                    exit(1)
                } catch {
                    exit(error as? SpoolError == .locked(path: path, holder: holder) ? 0 : 2)
                }
            }
        }
    }

    @Test func `a newer schema is refused and left as it is`() async throws {
        try await fixture.withSpool { _ = try await Acceptor().store(in: $0) }
        try sql("PRAGMA user_version = 99")
        #expect(error(at: fixture.path) == .newerSchema(path: fixture.path, found: 99, known: 3))
        try sql("PRAGMA user_version = 3")
        let messages = try await fixture.withSpool { try await $0.statistics().messages }
        #expect(messages == 1)
    }

    @Test func `the database is made to shrink and to survive a power cut`() async throws {
        try await fixture.withSpool { spool async throws in
            #expect(try await spool.isFullySynchronous())
        }
        let queue = try DatabaseQueue(path: "\(fixture.path)/spool.sqlite")
        let (vacuum, journal) = try await queue.read { db in
            (
                try Int.fetchOne(db, sql: "PRAGMA auto_vacuum"),
                try String.fetchOne(db, sql: "PRAGMA journal_mode")
            )
        }
        #expect(vacuum == 2)
        #expect(journal == "wal")
    }

    @Test(arguments: [
        SpoolError.parentMissing(path: "/a/b"), .cannotOpen(path: "/a", errno: EACCES), .diskFull, .closed,
        .locked(path: "/a", holder: 7), .locked(path: "/a", holder: nil), .inputOutput(errno: EIO),
        .newerSchema(path: "/a", found: 2, known: 1), .database(code: 11), .bodyMissing(.zero),
        .notFound("x"),
    ])
    func `every error says what is wrong`(error: SpoolError) {
        #expect("\(error)".count > 15)
        #expect(error.isOutOfSpace == (error == .diskFull))
    }

    private func sql(_ statement: String) throws {
        try DatabaseQueue(path: "\(fixture.path)/spool.sqlite").write { try $0.execute(sql: statement) }
    }
}
