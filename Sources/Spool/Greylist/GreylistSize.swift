import GRDB
import Synchronization

/// About how many rows the greylist has: counted once, then kept, since counting reads them all.
///
/// Transactions that fail and rows that are replaced make it a little too large; the next start counts anew.
final class GreylistSize: Sendable {
    private let rows = Mutex<Int?>(nil)

    /// Takes room for one more row after `removed` went; `false` when there is none.
    func take(removed: Int, limit: Int, _ db: Database) throws -> Bool {
        let counted = try rows.withLock { $0 } ?? GreylistRows.count(db) + removed
        return rows.withLock { rows in
            let rest = max(0, counted - removed)
            let hasRoom = rest < limit
            rows = hasRoom ? rest + 1 : rest
            return hasRoom
        }
    }
}
