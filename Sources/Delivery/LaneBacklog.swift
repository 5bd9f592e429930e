/// When to ask the spool for deliveries to an endpoint.
///
/// What is stored as ready becomes visible a moment later, with the next commit; so for a while after something was
/// stored, an empty answer proves nothing and the question is repeated. An endpoint that nothing is known of is
/// asked for now and then, whatever happens (the spool's invariant 8).
struct LaneBacklog {
    /// How often nothing is asked for.
    static let sweep: Duration = .seconds(60)
    /// How long a commit may take before an empty answer counts.
    static let settling: Duration = .seconds(5)
    /// How often it is asked while something settles.
    static let recheck: Duration = .milliseconds(100)

    /// When to ask next.
    private(set) var askAt: ContinuousClock.Instant
    /// Whether the spool is known to hold nothing for the endpoint.
    private(set) var isEmpty = false
    private var grewAt: ContinuousClock.Instant?
    private var growths = 0

    init(now: ContinuousClock.Instant) {
        askAt = now
    }

    /// Notes that something was stored that is due at `due`.
    mutating func grew(due: ContinuousClock.Instant, now: ContinuousClock.Instant) {
        growths += 1
        grewAt = now
        isEmpty = false
        askAt = min(askAt, due)
    }

    /// A question begins; give the answer to `endAsking` together with the number returned.
    mutating func beginAsking(now: ContinuousClock.Instant) -> Int {
        askAt = now + Self.sweep
        return growths
    }

    /// Takes the answer to the question that began when there were `growths`: whether there was all that was asked
    /// for, and if not, when the next is due.
    mutating func endAsking(
        _ growths: Int, wasFull: Bool, nextDue: ContinuousClock.Instant?, now: ContinuousClock.Instant
    ) {
        if wasFull {
            askAt = now
            return
        }
        isEmpty = growths == self.growths && nextDue == nil
        // Due and yet not given: it is held, or waits for its turn. No reason to ask in a tight loop.
        if let nextDue { askAt = min(askAt, max(nextDue, now + Self.recheck)) }
        if let grewAt, now - grewAt < Self.settling { askAt = min(askAt, now + Self.recheck) }
    }
}
