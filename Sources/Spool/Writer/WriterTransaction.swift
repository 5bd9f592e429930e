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
