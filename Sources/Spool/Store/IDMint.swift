import Mail
import Synchronization

/// Makes the spool's ids: strictly rising and above every one before, whatever the clock does.
///
/// A key is 48 bits of milliseconds and a counter of 15 bits. While the clock stands or jumps back, the counter
/// goes on and carries into the milliseconds.
final class IDMint: Sendable {
    private let salt: SpoolSalt
    private let last: Atomic<Int64>

    /// Ids of the spool of `salt`, above the key `newest`.
    init(salt: SpoolSalt, newest: Int64) {
        self.salt = salt
        last = Atomic(newest)
    }

    /// Another id.
    func mint(at now: Timestamp) -> MessageID {
        let wanted = Self.key(at: now)
        var known = last.load(ordering: .relaxed)
        while true {
            let key = max(wanted, known + 1)
            let (done, found) = last.compareExchange(expected: known, desired: key, ordering: .relaxed)
            if done { return MessageID(key: key, salt: salt) }
            known = found
        }
    }

    /// The first key of the instant `now`, held in the range of 48 bits.
    static func key(at now: Timestamp) -> Int64 {
        min(max(0, now.milliseconds), 1 << 48 - 1) << 15
    }
}
