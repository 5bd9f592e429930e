import Foundation
import Mail
import Spool
import Synchronization
import Testing

/// Invariant 5: a copy of the folder is taken at every call that could be the last, as the disk might look after a
/// power cut, and every copy must open with all that had been acknowledged until then.
@Suite struct CrashTests {
    /// What the disk holds of what was not synced.
    enum Loss: CaseIterable {
        /// Everything: the process alone was killed.
        case nothing
        /// None of what SQLite wrote since the last sync of each file.
        case unsynced
        /// Half of it: torn frames at the log's end.
        case half
    }

    @Test(arguments: Loss.allCases)
    func `every instant leaves a spool that opens with all that was acknowledged`(loss: Loss) async throws {
        var fixture = SpoolFixture()
        let copies = ScratchFolder()
        let camera = Camera(of: fixture.path, into: copies.path, loss: loss)
        let disk = FaultyDisk(under: fixture.folder.path) { call in
            camera.shoot(before: call)
            return false
        }
        fixture.options.files = FaultyFiles(disk)
        let spool = try fixture.open()
        camera.start()
        for round in 0..<3 {
            let letter = Letter(size: round == 1 ? 150_000 : 3_000, seed: round)
            let id = try await Acceptor().store(letter, in: spool)
            camera.acknowledge(id, letter)
            if let claim = try await spool.claimDue("app", limit: 1, now: WallClock.now()).first, round < 2 {
                spool.record(
                    AttemptOutcome(
                        delivery: claim.id, attempt: 1, record: nil, next: .delivered(at: WallClock.now())))
            }
        }
        await spool.close()
        disk.mend()
        let shots = camera.shots
        #expect(shots.count > 15)
        for shot in shots { try await check(shot) }
    }

    private func check(_ shot: Camera.Shot) async throws {
        let spool = try MessageSpool.open(
            at: shot.path, options: SpoolOptions(minimumFree: ByteCount(0)), logger: .silent)
        #expect(spool.missingBodies.isEmpty, "\(shot.name)")
        for (id, letter) in shot.acknowledged {
            let octets = try? await spool.octets(of: id)
            #expect(octets == letter.octets, "\(shot.name)")
            let delivery = try await spool.delivery(DeliveryID(message: id, number: 1))
            #expect(
                delivery?.summary.state == .ready || delivery?.summary.state == .delivered, "\(shot.name)")
        }
        #expect(try await spool.check(readsBodies: true).isEmpty, "\(shot.name)")
        await spool.close()
    }
}

/// Copies a spool's folder at every call.
final class Camera: Sendable {
    struct Shot: Sendable {
        let path: String
        let name: String
        let acknowledged: [MessageID: Letter]
    }

    private struct State {
        var isRunning = false
        var acknowledged: [MessageID: Letter] = [:]
        var shots: [Shot] = []
        /// What is surely on the disk, by file.
        var durable: [String: Data] = [:]
    }

    private let source: String
    private let target: String
    private let loss: CrashTests.Loss
    private let state = Mutex(State())
    private static let files = ["spool.sqlite", "spool.sqlite-wal"]

    init(of source: String, into target: String, loss: CrashTests.Loss) {
        self.source = source
        self.target = target
        self.loss = loss
    }

    var shots: [Shot] { state.withLock { $0.shots } }

    /// From here on every call is a shot; what is on the disk now is durable.
    func start() {
        state.withLock { state in
            state.isRunning = true
            for file in Self.files { state.durable[file] = read(file) }
        }
    }

    func acknowledge(_ id: MessageID, _ letter: Letter) {
        state.withLock { $0.acknowledged[id] = letter }
    }

    func shoot(before call: FaultyDisk.Call) {
        state.withLock { state in
            guard state.isRunning else { return }
            let path = "\(target)/\(state.shots.count)"
            let images = Self.files.map { ($0, image(of: $0, state)) }
            try? FileManager.default.copyItem(atPath: source, toPath: path)
            for (file, image) in images {
                if let image { try? image.write(to: URL(filePath: "\(path)/\(file)")) }
            }
            try? FileManager.default.removeItem(atPath: "\(path)/spool.sqlite-shm")
            state.shots.append(
                Shot(
                    path: path, name: "\(loss), shot \(state.shots.count), \(call)",
                    acknowledged: state.acknowledged))
            // The call goes on after the shot: what it is about to sync counts as durable from the next one on.
            if case .sqlite(.sync, let synced) = call {
                for file in Self.files where synced.hasSuffix("/\(file)") { state.durable[file] = read(file) }
            }
        }
    }

    private func image(of file: String, _ state: State) -> Data? {
        guard let whole = read(file) else { return nil }
        let durable = state.durable[file] ?? Data()
        switch loss {
        case .nothing:
            return whole
        case .unsynced:
            return durable
        case .half:
            guard whole.count > durable.count else { return whole }
            return whole.prefix(durable.count + (whole.count - durable.count) / 2)
        }
    }

    private func read(_ file: String) -> Data? {
        try? Data(contentsOf: URL(filePath: "\(source)/\(file)"))
    }
}
