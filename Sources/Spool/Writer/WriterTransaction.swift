import GRDB
import Mail

/// One transaction of the writer, with what must be done in memory once it is committed.
///
/// On the writer's thread.
final class WriterTransaction {
    let db: Database
    let outcomes: OutcomeRows
    /// What it claims.
    private(set) var claims: [DeliveryID] = []
    /// Whose claims it ends.
    private(set) var ends: [DeliveryID] = []
    /// Whether the end of a claim may be the end of its message.
    private(set) var settled: [MessageID] = []

    init(_ db: Database, outcomes: OutcomeRows) {
        self.db = db
        self.outcomes = outcomes
    }

    /// Does `body` and commits it, or nothing of it.
    ///
    /// As GRDB's `inTransaction`, but with statements that stay prepared.
    func commit(_ body: () throws -> Void) throws {
        try db.cachedStatement(sql: "BEGIN IMMEDIATE TRANSACTION").execute()
        do {
            try body()
            try db.cachedStatement(sql: "COMMIT TRANSACTION").execute()
        } catch {
            // The first error is the one that matters; it may have rolled back already.
            try? db.rollback()
            throw error
        }
    }

    /// Notes that `delivery` is claimed.
    func claim(_ delivery: DeliveryID) { claims.append(delivery) }

    /// Writes `outcome`; false when its claim is not open.
    func write(_ outcome: AttemptOutcome) throws -> Bool {
        guard try outcomes.write(outcome) else { return false }
        ends.append(outcome.delivery)
        if case .ready = outcome.next { return true }
        settled.append(outcome.delivery.message)
        return true
    }

    /// Does `body`, or nothing of it: what it wrote and noted before an error is taken back.
    func attempt<Value>(_ body: (WriterTransaction) throws -> Value) throws -> Result<Value, SpoolError> {
        let (claimCount, endCount, settledCount) = (claims.count, ends.count, settled.count)
        var result: Result<Value, SpoolError> = .failure(.closed)
        try db.inSavepoint {
            do {
                result = .success(try body(self))
                return .commit
            } catch {
                guard db.isInsideTransaction else { throw error }
                claims.removeSubrange(claimCount...)
                ends.removeSubrange(endCount...)
                settled.removeSubrange(settledCount...)
                result = .failure(SpoolError(error))
                return .rollback
            }
        }
        return result
    }
}
