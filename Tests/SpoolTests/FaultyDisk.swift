import CFaultyVFS
import Glibc
import Spool
import Synchronization

/// A disk under one folder that fails on request: SQLite's calls through a VFS, those on body files through
/// `FileOperations`.
final class FaultyDisk: Sendable {
    private let decision: Mutex<Decision>
    private let slot: Mutex<Int32?> = Mutex(nil)

    /// One call that changes or syncs something.
    enum Call: Equatable, Sendable {
        /// By SQLite, on the file `path`.
        case sqlite(Operation, path: String)
        /// On a body file or its folders.
        case body(String, path: String)
    }

    /// The calls of SQLite.
    enum Operation: Int32, Sendable {
        case open, write, truncate, sync, delete
    }

    private struct Decision {
        let fails: @Sendable (Call) -> Bool
    }

    /// `fails` is asked before every call whether it shall fail.
    init(under folder: String, fails: @escaping @Sendable (Call) -> Bool) {
        decision = Mutex(Decision(fails: fails))
        precondition(faulty_vfs_install() == 0, "SQLite takes no other VFS")
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let slot = unsafe faulty_vfs_arm(
            folder,
            { context, operation, path in
                guard let context = unsafe context, let path = unsafe path,
                    let operation = Operation(rawValue: operation)
                else { return 0 }
                let disk = unsafe Unmanaged<FaultyDisk>.fromOpaque(context).takeUnretainedValue()
                return disk.code(.sqlite(operation, path: unsafe String(cString: path)))
            }, context)
        precondition(slot >= 0, "too many faulty disks at once")
        self.slot.withLock { $0 = slot }
    }

    deinit { mend() }

    /// From here on everything works.
    func mend() {
        let slot = self.slot.withLock { slot in
            defer { slot = nil }
            return slot
        }
        if let slot { faulty_vfs_disarm(slot) }
        decision.withLock { $0 = Decision { _ in false } }
    }

    /// Whether a call shall fail.
    func fails(_ call: Call) -> Bool {
        decision.withLock { $0 }.fails(call)
    }

    private func code(_ call: Call) -> Int32 {
        guard fails(call) else { return 0 }
        switch call {
        case .sqlite(.open, _): return 14  // SQLITE_CANTOPEN
        case .sqlite(.write, _): return 13  // SQLITE_FULL
        case .sqlite(.truncate, _): return 1546  // SQLITE_IOERR_TRUNCATE
        case .sqlite(.sync, _): return 1034  // SQLITE_IOERR_FSYNC
        default: return 2570  // SQLITE_IOERR_DELETE
        }
    }
}

/// Counts calls and fails the chosen one.
final class CallCounter: Sendable {
    private let count = Atomic<Int>(0)
    private let isArmed = Atomic<Bool>(false)
    private let victim: Int
    private let persists: Bool

    /// Fails call number `victim` after `arm()`, from 0; `persists`: and every one after it.
    init(failing victim: Int, persists: Bool) {
        self.victim = victim
        self.persists = persists
    }

    func arm() { isArmed.store(true, ordering: .sequentiallyConsistent) }

    /// Counts one call; true: it shall fail.
    func next() -> Bool {
        guard isArmed.load(ordering: .sequentiallyConsistent) else { return false }
        let number = count.wrappingAdd(1, ordering: .sequentiallyConsistent).oldValue
        return number == victim || (persists && number > victim)
    }

    /// Whether the victim was reached.
    var hasStruck: Bool { count.load(ordering: .sequentiallyConsistent) > victim }
}

/// Body files on a faulty disk.
struct FaultyFiles: FileOperations {
    let disk: FaultyDisk
    private let system = SystemFiles()

    init(_ disk: FaultyDisk) { self.disk = disk }

    private func pass(_ name: String, _ path: String) throws(SpoolError) {
        if disk.fails(.body(name, path: path)) { throw .inputOutput(errno: EIO) }
    }

    func makeFolder(_ path: String) throws(SpoolError) {
        try pass("makeFolder", path)
        try system.makeFolder(path)
    }

    func create(_ path: String) throws(SpoolError) -> Int32 {
        try pass("create", path)
        return try system.create(path)
    }

    func write(_ octets: [UInt8], to descriptor: Int32) throws(SpoolError) {
        do throws(SpoolError) {
            try pass("write", "")
        } catch {
            try system.write(Array(octets.prefix(octets.count / 2)), to: descriptor)
            throw error
        }
        try system.write(octets, to: descriptor)
    }

    func sync(_ descriptor: Int32) throws(SpoolError) {
        try pass("sync", "")
        try system.sync(descriptor)
    }

    func close(_ descriptor: Int32) throws(SpoolError) {
        try system.close(descriptor)
        try pass("close", "")
    }

    func syncFolder(_ path: String) throws(SpoolError) {
        try pass("syncFolder", path)
        try system.syncFolder(path)
    }

    func remove(_ path: String) throws(SpoolError) {
        try pass("remove", path)
        try system.remove(path)
    }
}
