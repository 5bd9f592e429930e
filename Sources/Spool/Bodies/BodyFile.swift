import Cryptography
import Mail
import Synchronization

/// A body file while it is written, on one lane: create, write and digest, sync, close.
///
/// Octets are handed over on the event loop; everything else happens on the lane. A failure is kept and comes out
/// when the file is sealed.
final class BodyFile: @unchecked Sendable {
    /// More octets than this waiting for the disk, and it is behind.
    static let highWater = 512 << 10
    /// At this few it has caught up.
    static let lowWater = 128 << 10

    private let id: MessageID
    private let folder: BodyFolder
    private let lane: Lane
    private let onDrained: @Sendable () -> Void
    private let pressure = Mutex(Pressure())
    // Touched on the lane only: that is what makes this class Sendable.
    private var descriptor: Int32?
    private var digest = MessageDigest(.sha256)
    private var size = 0
    private var failure: SpoolError?

    private struct Pressure {
        var waiting = 0
        var mustTell = false
    }

    init(id: MessageID, folder: BodyFolder, lane: Lane, onDrained: @escaping @Sendable () -> Void) {
        self.id = id
        self.folder = folder
        self.lane = lane
        self.onDrained = onDrained
        lane.submit { self.create() }
    }

    /// Whether the disk is behind.
    ///
    /// Who sees true here is told by `onDrained`.
    var isBehind: Bool {
        pressure.withLock { pressure in
            if pressure.waiting > Self.highWater { pressure.mustTell = true }
            return pressure.mustTell
        }
    }

    /// How many octets wait for the disk.
    var waiting: Int { pressure.withLock(\.waiting) }

    /// Hands `octets` to the lane.
    func write(_ octets: [UInt8]) {
        pressure.withLock { $0.waiting += octets.count }
        lane.submit { self.store(octets) }
    }

    /// Brings the file and its entry onto stable storage and calls `done` on the lane.
    func seal(_ done: @escaping @Sendable (Result<SealedBody, SpoolError>) -> Void) {
        let isTaken = lane.submit {
            do throws(SpoolError) {
                done(.success(try self.finish()))
            } catch {
                self.removeAll()
                done(.failure(error))
            }
        }
        if !isTaken { done(.failure(.closed)) }
    }

    /// Removes the file, in whatever state it is.
    func discard() {
        lane.submit { self.removeAll() }
    }

    private func create() {
        do throws(SpoolError) {
            descriptor = try folder.create(id)
        } catch {
            failure = error
        }
    }

    private func store(_ octets: [UInt8]) {
        if failure == nil, let descriptor {
            do throws(SpoolError) {
                try folder.files.write(octets, to: descriptor)
                digest.update(octets)
                size += octets.count
            } catch {
                failure = error
            }
        }
        let mustTell = pressure.withLock { pressure in
            pressure.waiting -= octets.count
            guard pressure.mustTell, pressure.waiting <= Self.lowWater else { return false }
            pressure.mustTell = false
            return true
        }
        if mustTell { onDrained() }
    }

    private func finish() throws(SpoolError) -> SealedBody {
        if let failure { throw failure }
        guard let descriptor else { throw .closed }
        try folder.files.sync(descriptor)
        self.descriptor = nil
        try folder.files.close(descriptor)
        try folder.files.syncFolder(folder.subfolder(of: id))
        return .file(path: folder.file(of: id), size: size, sha256: digest.finish())
    }

    /// What cannot be removed is an orphan, and the next start's (invariant 6).
    private func removeAll() {
        let isOurs = descriptor != nil || size > 0
        if let descriptor { try? folder.files.close(descriptor) }
        descriptor = nil
        if isOurs { try? folder.files.remove(folder.file(of: id)) }
    }
}

/// The octets of a message that has ended.
enum SealedBody: Sendable {
    /// In memory, to be stored in the row.
    case memory([UInt8])
    /// In a file that is on stable storage.
    case file(path: String, size: Int, sha256: [UInt8])
}
