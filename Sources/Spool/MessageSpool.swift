import GRDB
import Logging
package import Mail
import Synchronization

/// The durable store between SMTP and HTTP.
///
/// `docs/spool.md` is its contract. The invariants, by the numbers that code and tests cite:
///
/// 1. `250` is sent only after the transaction that holds the message and all its deliveries is on stable storage,
///    bodies in files included.
/// 2. A message's bytes never change.
/// 3. A message leaves only when each of its deliveries is delivered or dead and its retention has passed.
/// 4. Every attempt is recorded before its outcome is acted on.
/// 5. A crash at any instant loses no acknowledged message and sends at worst one duplicate per in-flight
///    delivery, with the same webhook id.
/// 6. Body files without a row are removed at start; rows without their body file are reported, never hidden.
/// 7. One process holds the spool's lock; every other asks it over `control.sock`.
/// 8. A delivery whose due time is past is always claimed eventually, whatever other endpoints do.
/// 9. A full disk or a failed commit answers `452` or `451` and leaves what is stored intact.
package final class MessageSpool: Sendable {
    /// The folder.
    package let path: String
    /// Messages whose body file was not there when the spool was opened (invariant 6).
    package let missingBodies: [MessageID]
    let pool: DatabasePool
    let places: OctetPlaces
    let bodies: BodyFolder
    let endpoints: EndpointLedger
    let desk: WriterDesk
    let space: FreeSpace
    let greylistSize = GreylistSize()
    let options: SpoolOptions
    let logger: Logger
    private let lock: SpoolLock
    private let ids: IDMint
    private let arrivals: Arrivals
    private let threads: SpoolThreads
    private let handover: HandoverPlace

    init(_ parts: SpoolParts) throws {
        path = parts.path
        lock = parts.lock
        missingBodies = parts.missingBodies
        pool = parts.pool
        places = parts.places
        bodies = parts.bodies
        endpoints = parts.endpoints
        options = parts.options
        logger = parts.logger
        ids = IDMint(salt: parts.row.salt, newest: parts.row.newest)
        space = parts.space
        arrivals = parts.arrivals
        desk = parts.desk
        handover = parts.handover
        threads = try SpoolThreads(parts)
    }

    /// Another id, above every one before, whatever the clock does.
    ///
    /// From any thread.
    package func mintID() -> MessageID { ids.mint(at: options.now()) }

    /// A writer for the octets of message `id`; `onDrained` is called on a thread of the spool's when the disk has
    /// caught up after `isBehind` was true.
    package func makeBody(for id: MessageID, onDrained: @escaping @Sendable () -> Void) -> BodyWriter {
        BodyWriter(id: id, threshold: options.bodyThreshold.bytes, arrivals: arrivals) { [bodies, threads] in
            BodyFile(id: id, folder: bodies, lane: threads.lane(for: id), onDrained: onDrained)
        }
    }

    /// Stores `message` with all its deliveries in the next transaction; `observer` is told with `token`.
    package func accept(_ message: NewMessage, observer: any CommitObserver, token: UInt64) {
        message.body.seal { [desk] body in
            desk.submit(PendingAccept(message: message, body: body, observer: observer, token: token))
        }
    }

    /// Whether there is more free space than the floor; measured about once a second.
    package var hasRoom: Bool { space.isEnough }

    /// Free space where the spool lies, as last measured.
    package var freeSpace: ByteCount { ByteCount(space.bytes) }

    /// Changes what can be changed while the spool is open.
    package func reconfigure(minimumFree: ByteCount, retention: Retention) {
        space.setFloor(minimumFree)
        threads.sweeper.setRetention(retention)
    }

    /// Where fresh deliveries go from memory; without one they are all stored as ready.
    package func attach(_ handover: any Handover) {
        self.handover.set(handover)
    }

    /// Writes an outcome with the next transaction, at most 20 ms from here.
    ///
    /// From any thread; never lost while the process lives: an outcome that cannot be written is tried again.
    package func record(_ outcome: AttemptOutcome) { desk.record([outcome]) }

    /// Writes outcomes that came together.
    package func record(_ outcomes: [AttemptOutcome]) {
        guard !outcomes.isEmpty else { return }
        desk.record(outcomes)
    }

    /// Finishes what waits, writes it and lets the lock go; whatever comes later fails with `closed`.
    ///
    /// What is claimed and has no outcome is ready at the next start.
    package func close() async {
        await withCheckedContinuation { waiter in
            SpoolThread("spool-close") { [self] in
                threads.stop()
                try? pool.close()
                lock.release()
                waiter.resume()
            }.detach()
        }
    }
}

/// Where the hand-over is found once there is one.
final class HandoverPlace: Sendable {
    private let handover = Mutex<(any Handover)?>(nil)

    func set(_ new: any Handover) { handover.withLock { $0 = new } }

    var current: (any Handover)? { handover.withLock { $0 } }
}
