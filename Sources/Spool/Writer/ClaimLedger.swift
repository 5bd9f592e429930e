import Mail

/// Which deliveries are claimed, and the stored mark below which none is: at start only what lies above it is
/// searched.
///
/// On the writer's thread.
struct ClaimLedger {
    /// The mark as it is stored.
    private(set) var mark: Int64
    /// The greatest key that was committed.
    private var newest: Int64
    private var open: Set<DeliveryID> = []

    init(mark: Int64, newest: Int64) {
        self.mark = mark
        self.newest = newest
    }

    /// How many are claimed.
    var count: Int { open.count }

    /// The mark that must be stored in the transaction that claims `deliveries`; `nil`: the present one will do.
    ///
    /// An id is minted when a message begins, so a slow sender's message may come in below the mark.
    func markNeeded(for deliveries: [DeliveryID]) -> Int64? {
        guard let lowest = deliveries.lazy.map(\.message.key).min(), lowest < mark else { return nil }
        return lowest
    }

    /// The mark that could be stored; `nil` when the present one is as good.
    var betterMark: Int64? {
        let best = open.lazy.map(\.message.key).min() ?? newest + 1
        return best > mark ? best : nil
    }

    /// Notes what a committed transaction did.
    mutating func committed(claims: [DeliveryID], ends: [DeliveryID], mark: Int64?) {
        for claim in claims {
            open.insert(claim)
            newest = max(newest, claim.message.key)
        }
        for end in ends { open.remove(end) }
        if let mark { self.mark = mark }
    }
}
