import GRDB
package import Logging
import Mail
package import Telemetry

/// The parts of a spool that is being opened, from its lock to what the last holder left behind.
struct SpoolParts: Sendable {
    let path: String
    let options: SpoolOptions
    let logger: Logger
    let lock: SpoolLock
    let pool: DatabasePool
    let row: SpoolRow
    let bodies: BodyFolder
    let places: OctetPlaces
    let endpoints: EndpointLedger
    let missingBodies: [MessageID]
    let space: FreeSpace
    let metrics: SpoolMetrics
    let arrivals: Arrivals
    let desk: WriterDesk
    let handover = HandoverPlace()

    init(path: String, options: SpoolOptions, logger: Logger, registry: Registry) throws {
        self.path = path
        self.options = options
        let arrivals = Arrivals()
        self.arrivals = arrivals
        desk = WriterDesk(inbox: Monitor(WriterInbox(arrivals)))
        self.logger = logger
        try Opening.makeFolder(path, options.files)
        lock = try SpoolLock(spool: path)
        let bodies = BodyFolder(path: "\(path)/bodies", files: options.files)
        try bodies.make(in: path)
        let pool = try Opening.database(in: path)
        try options.files.syncFolder(path)
        let found = try pool.writeWithoutTransaction {
            try Recovery.run($0, bodies, now: options.now(), logger)
        }
        self.bodies = bodies
        self.pool = pool
        row = found.row
        missingBodies = found.missingBodies
        endpoints = EndpointLedger(found.endpoints)
        places = OctetPlaces(salt: row.salt, pool: pool, bodies: bodies)
        space = FreeSpace(path: path, floor: options.minimumFree)
        metrics = SpoolMetrics(registry)
    }
}

extension MessageSpool {
    /// Opens the spool in the folder `path`, which is made (0700) if its parent exists, and takes its lock;
    /// what was claimed when the last holder ended is ready again.
    ///
    /// Blocks for as long as that takes.
    package static func open(
        at path: String, options: SpoolOptions = SpoolOptions(), logger: Logger,
        registry: Registry = Registry()
    ) throws(SpoolError) -> MessageSpool {
        do {
            let parts = try SpoolParts(path: path, options: options, logger: logger, registry: registry)
            return try MessageSpool(parts)
        } catch {
            throw SpoolError(error)
        }
    }
}
