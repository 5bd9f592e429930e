import GRDB
import Logging
import Mail
import Telemetry

/// The one thread that writes to the database: group commit.
///
/// Each round takes all that waits and does it in one transaction, and what comes while others are being received;
/// only when that is on stable storage are the observers told (invariant 1), then fresh deliveries handed over, then
/// whoever asked for something answered. It is never in a hurry: small batches cost more than they save.
///
/// It is made, then handed to its thread, which alone calls `run`: that is what makes it Sendable.
final class SpoolWriter: @unchecked Sendable {
    /// How often upkeep looks around.
    static let tick = Duration.seconds(1)

    private let inbox: Monitor<WriterInbox>
    private let pool: DatabasePool
    private let rooms: WriterRooms
    private let messages: MessageRows
    private let outcomes: OutcomeRows
    private let checkpoints: LogCheckpoints
    private var ledger: ClaimLedger
    private var troubles: WriterTroubles
    private var nextTick = SteadyTime.now
    private var marks = MarkKeeper()
    /// Bodies of messages whose commit failed when it was to be synced.
    ///
    /// Their frames may have reached the log all the same, and a crash could bring them back; only the next
    /// commit overwrites them, so their files wait for it. A commit that found no space has not written its last
    /// frame: nothing brings it back, and its files go at once, for the space they take.
    private var doomed: [BodyWriter] = []

    init(_ inbox: Monitor<WriterInbox>, _ pool: DatabasePool, _ rooms: WriterRooms, _ ledger: ClaimLedger)
        throws
    {
        self.inbox = inbox
        self.pool = pool
        self.rooms = rooms
        self.ledger = ledger
        troubles = WriterTroubles(rooms.logger, uptime: rooms.uptime)
        (messages, outcomes, checkpoints) = try pool.writeWithoutTransaction { db in
            (try MessageRows(db), try OutcomeRows(db), LogCheckpoints(db))
        }
    }

    /// Works until the inbox is closed and empty.
    func run() {
        while let load = inbox.take({ $0.take(now: .now, tick: nextTick) }) {
            if !load.isEmpty { commit(load) }
            if checkpoints.isDue { checkpoint() }
            let now = SteadyTime.now
            guard now >= nextTick else { continue }
            nextTick = now + Self.tick
            lookAround(now)
        }
        saveMark()
        pool.writeWithoutTransaction { db in
            messages.finalize()
            outcomes.finalize()
            checkpoints.finalize(db)
        }
    }

    private func checkpoint() {
        do {
            let start = SteadyTime.now
            try pool.writeWithoutTransaction { try checkpoints.run($0) }
            rooms.metrics.checkpoints.observe(SteadyTime.now - start)
            troubles.checkpointed()
        } catch {
            troubles.checkpointFailed(SpoolError(error))
        }
    }

    private func lookAround(_ now: SteadyTime) {
        rooms.upkeep.tick()
        rooms.metrics.claimed.set(ledger.count)
        troubles.look()
        if marks.isDue(now) { saveMark() }
    }

    /// A mark that is too low costs time at the next start and nothing else.
    private func saveMark() {
        guard let mark = ledger.betterMark else { return }
        commit(WriterInbox.Load(), mark: mark)
    }

    private func commit(_ first: WriterInbox.Load, mark: Int64? = nil) {
        var load = first
        var batch = Batch(handover: rooms.handover.current)
        let start = SteadyTime.now
        do {
            try pool.writeWithoutTransaction { db in
                let transaction = WriterTransaction(db, outcomes: outcomes)
                let changes = db.totalChangesCount
                try transaction.commit {
                    try perform(load, in: transaction, batch: &batch)
                    while let more = inbox.take({ $0.takeMore(batch.patience, now: .now) }) {
                        load.append(more)
                        try perform(more, in: transaction, batch: &batch)
                    }
                    batch.mark = ledger.markNeeded(for: transaction.claims) ?? mark
                    if let mark = batch.mark { try MarkKeeper.save(mark, seenAt: rooms.now(), db) }
                }
                ledger.committed(claims: transaction.claims, ends: transaction.ends, mark: batch.mark)
                batch.settled = transaction.settled
                // A transaction that wrote nothing says nothing of the disk.
                if db.totalChangesCount > changes { troubles.committed() }
            }
        } catch {
            return fail(load, batch, SpoolError(error))
        }
        rooms.metrics.committed(messages: batch.stored, in: SteadyTime.now - start)
        doomed.forEach { $0.removeFile() }
        doomed = []
        batch.tellAll()
        if !batch.settled.isEmpty { rooms.upkeep.settled(batch.settled) }
    }

    private func perform(
        _ load: WriterInbox.Load, in transaction: WriterTransaction, batch: inout Batch
    ) throws {
        for accept in load.accepts { try store(accept, in: transaction, batch: &batch) }
        for outcome in load.outcomes where try !transaction.write(outcome) {
            rooms.logger.warning(
                "dropped the outcome of a claim that is not open",
                metadata: ["delivery": "\(outcome.delivery)", "attempt": "\(outcome.attempt)"])
        }
        for job in load.jobs {
            switch try transaction.attempt({ try job.write($0) }) {
            case .success(let done): batch.answers.append(done)
            case .failure(let error): batch.answers.append { job.fail(error) }
            }
        }
    }

    private func store(
        _ accept: PendingAccept, in transaction: WriterTransaction, batch: inout Batch
    ) throws {
        guard case .success(let body) = accept.body else {
            if let failure = accept.failure, failure != .closed { troubles.commitFailed(failure) }
            return batch.note(accept, failure: accept.failure)
        }
        let message = try messages.insert(accept.message, body: body)
        for (index, delivery) in accept.message.deliveries.enumerated() {
            let id = DeliveryID(message: message.id, number: index + 1)
            let (isHeld, heldTime) = rooms.endpoints.standing(of: delivery.endpoint, at: message.receivedAt)
            let isClaimed = !isHeld && batch.reserve(delivery, id: id, of: message, heldBefore: heldTime)
            if isClaimed { transaction.claim(id) }
            try messages.insert(
                id, delivery, state: isClaimed ? .claimed : .ready, at: message.receivedAt,
                heldBefore: heldTime)
        }
        batch.note(accept, failure: nil)
    }

    /// Nothing was stored: whoever waits is told so, and outcomes are tried again (invariant 9).
    private func fail(_ load: WriterInbox.Load, _ batch: Batch, _ error: SpoolError) {
        rooms.metrics.failedCommits.add()
        troubles.commitFailed(error)
        if error.isOutOfSpace { rooms.upkeep.tick() }
        batch.releaseAll()
        dispose(of: load.accepts.map(\.message.body).filter(\.isInFile), after: error)
        var failed = Batch(handover: nil)
        for accept in load.accepts { failed.note(accept, failure: accept.failure ?? error) }
        failed.tellAll()
        for job in load.jobs { job.fail(error) }
        guard !load.outcomes.isEmpty else { return }
        inbox.withLock { $0.putBack(load.outcomes, now: .now) }
    }

    private func dispose(of bodies: [BodyWriter], after error: SpoolError) {
        guard error.isOutOfSpace else { return doomed += bodies }
        bodies.forEach { $0.removeFile() }
    }
}
