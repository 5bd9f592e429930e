import Foundation
import Mail
import Spool
import Synchronization
import Testing

/// Invariants 1 and 5 with a real process.
@Suite struct KillTests {
    /// Acknowledged before the process kills itself.
    static let enough = 60

    @Test(arguments: [1, 2, 3])
    func `a killed process loses nothing that it acknowledged`(seed: Int) async throws {
        let fixture = SpoolFixture()
        let (path, note) = (fixture.path, "\(fixture.folder.path)/acknowledged")
        _ = await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, note = note as String, seed = seed as Int] in
            let spool = try MessageSpool.open(
                at: path, options: SpoolOptions(minimumFree: ByteCount(0)), logger: .silent)
            spool.attach(RecordingHandover(capacity: 40))
            let log = Notebook(note)
            await withTaskGroup { group in
                for producer in 0..<4 {
                    group.addTask {
                        for number in 0... {
                            let letter = Letter(size: number % 10 == 9 ? 150_000 : 900 * producer, seed: seed)
                            guard let id = try? await Acceptor().store(letter, in: spool) else { continue }
                            if log.write("\(id) \(letter.octets.count)") > Self.enough {
                                kill(getpid(), SIGKILL)
                            }
                        }
                    }
                }
            }
        }
        let lines = try String(contentsOfFile: note, encoding: .utf8).split(separator: "\n")
        #expect(lines.count > Self.enough)
        try await fixture.withSpool { spool in
            #expect(spool.missingBodies.isEmpty)
            for line in lines {
                let words = line.split(separator: " ")
                let id = try #require(MessageID(words[0]))
                let octets = try await spool.octets(of: id)
                #expect(octets == Letter(size: try #require(Int(words[1])), seed: seed).octets)
            }
            #expect(try await spool.deliveries(DeliveryFilter(state: .claimed), limit: 1).isEmpty)
        }
    }

    @Test func `below the floor there is no room`() async throws {
        var fixture = SpoolFixture()
        fixture.options.minimumFree = ByteCount(.max)
        try await fixture.withSpool { spool in
            #expect(!spool.hasRoom)
            spool.reconfigure(minimumFree: ByteCount(0), retention: Retention())
            #expect(spool.hasRoom)
            #expect(spool.freeSpace.bytes > 0)
        }
    }
}

/// Lines in a file that outlive a kill.
final class Notebook: Sendable {
    private let descriptor: Int32
    private let lines = Atomic<Int>(0)

    init(_ path: String) {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    }

    /// Adds a line; answers how many there are.
    func write(_ line: String) -> Int {
        let text = Array("\(line)\n".utf8)
        _ = unsafe Foundation.write(descriptor, text, text.count)
        return lines.add(1, ordering: .relaxed).newValue
    }
}
