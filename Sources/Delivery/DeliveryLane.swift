import HTTPTransfer
import Mail
import Spool

/// Everything about one endpoint while the program runs: what waits in memory, what is in flight, how it does.
struct DeliveryLane {
    /// Deliveries of one endpoint in memory at most, so that none crowds out the others.
    static let share = 1024
    /// Of these, places for fresh ones; the rest is for retries, so that neither starves.
    static let freshShare = 896
    /// Octets of one endpoint's fresh messages in memory at most.
    static let octetShare = 8 << 20
    /// Deliveries claimed in one go at most.
    static let largestClaim = 32

    /// A delivery that waits for its turn.
    struct Waiting {
        var delivery: ClaimedDelivery
        /// Whether it came straight from acceptance, with its octets.
        let isFresh: Bool

        /// The octets it holds in memory.
        var octets: Int { isFresh ? countedOctets(delivery.message.size) : 0 }
    }

    /// The endpoint as configured.
    var target: DeliveryTarget
    /// When it gets its next request.
    var governor: EndpointGovernor
    /// What waits, first come first served.
    private(set) var queue = FIFO<Waiting>()
    /// When to ask the spool.
    var backlog: LaneBacklog
    /// Why it gets nothing, if so.
    var holds: EndpointState.Holds
    /// Nothing may pass the delivery that failed, for an endpoint in order.
    var orderedUntil: ContinuousClock.Instant?
    /// The last error, for people.
    var lastError: String?
    /// Whether the claimer is asking the spool at the moment.
    var isAsking = false
    private var reserved = 0
    private var octets = 0
    private var claimedInQueue = 0

    init(_ target: DeliveryTarget, holds: EndpointState.Holds, now: ContinuousClock.Instant) {
        self.target = target
        self.holds = holds
        governor = EndpointGovernor(target.options.pace)
        backlog = LaneBacklog(now: now)
    }

    /// Whether one delivery at a time goes, in the order of the messages.
    var isOrdered: Bool { target.options.isOrdered }

    /// Takes a place for a fresh delivery of `octets`; false when it has to wait in the spool.
    mutating func reserve(octets count: Int, now: ContinuousClock.Instant) -> Bool {
        let hasPlace = queue.count + reserved < Self.freshShare && octets + count <= Self.octetShare
        guard hasPlace, holds.isEmpty, isAwake(now), !isOrdered || isCaughtUp else {
            backlog.grew(due: now, now: now)
            return false
        }
        reserved += 1
        octets += count
        return true
    }

    /// Gives a place back.
    mutating func release(octets count: Int) {
        reserved -= 1
        octets -= count
    }

    /// A fresh delivery takes its place.
    mutating func enter(fresh delivery: ClaimedDelivery) {
        reserved -= 1
        queue.append(Waiting(delivery: delivery, isFresh: true))
    }

    /// A claimed delivery waits for its turn.
    mutating func enter(claimed delivery: ClaimedDelivery) {
        queue.append(Waiting(delivery: delivery, isFresh: false))
        claimedInQueue += 1
    }

    /// The next delivery to send, if one may start; it counts as in flight.
    mutating func next(now: ContinuousClock.Instant) -> Waiting? {
        guard !queue.isEmpty, holds.isEmpty, orderedUntil ?? now <= now, governor.begin(now: now),
            let waiting = queue.popFirst()
        else { return nil }
        leave(waiting)
        return waiting
    }

    /// Takes out all that waits, to be given back to the spool.
    mutating func empty(now: ContinuousClock.Instant) -> [Waiting] {
        let all = queue.removeAll()
        for waiting in all { leave(waiting) }
        if !all.isEmpty { backlog.grew(due: now, now: now) }
        return all
    }

    /// Moves the series of all that waits with the clock.
    mutating func moveSeries(by jump: Duration) {
        queue.forEach { $0.delivery.moveSeries(by: jump) }
    }

    /// How many deliveries to claim at `now`.
    func wanted(now: ContinuousClock.Instant) -> Int {
        guard holds.isEmpty, !isAsking, backlog.askAt <= now, isAwake(now), orderedUntil ?? now <= now else {
            return 0
        }
        if isOrdered || governor.circuit != .closed {
            guard queue.isEmpty, reserved == 0, governor.room(now: now) > 0 else { return 0 }
            return governor.circuit == .closed ? Self.largestClaim : 1
        }
        let places = Self.share - queue.count - reserved
        return max(0, min(Self.largestClaim, places, 2 * governor.limit - claimedInQueue))
    }

    /// When time alone gives the claimer or the queue something to do; `nil` when an answer must come first.
    func nextMoment(now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard holds.isEmpty else { return nil }
        let opens = governor.opens(now: now).map { max($0, orderedUntil ?? $0) }
        if !queue.isEmpty { return opens }
        // A fresh delivery that is on its way comes first, and brings the next look.
        guard !isAsking, reserved == 0 || !isOrdered && governor.circuit == .closed else { return nil }
        return opens.map { max($0, backlog.askAt) }
    }

    private mutating func leave(_ waiting: Waiting) {
        octets -= waiting.octets
        if !waiting.isFresh { claimedInQueue -= 1 }
    }

    /// Whether neither a pause nor an open circuit keeps everything waiting; the spacing of a rate does not count.
    private func isAwake(_ now: ContinuousClock.Instant) -> Bool {
        if let until = governor.pausedUntil, until > now { return false }
        if case .open(let until) = governor.circuit, until > now { return false }
        return true
    }

    private var isCaughtUp: Bool { backlog.isEmpty && orderedUntil == nil }
}

extension ClaimedDelivery {
    /// Moves its series with the clock, as the spool has moved the stored one.
    mutating func moveSeries(by jump: Duration) { seriesStart = seriesStart + jump }
}

/// The octets of a message that count as memory: beyond the spool's threshold they are in a file.
func countedOctets(_ size: Int) -> Int {
    size > 128 << 10 ? 0 : size
}

extension DeliveryLane {
    /// Takes note of how a flight ended.
    mutating func settle(_ conclusion: Conclusion, now: ContinuousClock.Instant) -> EndpointGovernor.Change? {
        let change = governor.ended(conclusion.report, now: now)
        if let wait = conclusion.wait {
            backlog.grew(due: now + wait, now: now)
            if isOrdered, conclusion.judgement.fate == .retry { orderedUntil = now + wait }
        } else if isOrdered {
            orderedUntil = nil
        }
        if conclusion.judgement.order == .disable { holds.insert(.disabled) }
        switch conclusion.result.outcome {
        case .failed(let error): lastError = error.description
        case .response(let response):
            lastError = (200...299).contains(response.status) ? nil : "status \(response.status)"
        }
        return change
    }

    /// Whether what waits in memory had better wait in the spool: the endpoint is held, asked for a pause, fails,
    /// or must not be passed.
    func isBarred(now: ContinuousClock.Instant) -> Bool {
        !holds.isEmpty || !isAwake(now) || orderedUntil ?? now > now
    }

    /// What is to be remembered over a restart.
    func health(now: ContinuousClock.Instant, due: Timestamp) -> EndpointHealth {
        var until: ContinuousClock.Instant?
        if case .open(let opens) = governor.circuit { until = opens }
        until = [until, governor.pausedUntil].compactMap(\.self).max()
        guard let until, until > now else { return EndpointHealth() }
        return EndpointHealth(
            blockedUntil: due + (until - now), failures: governor.circuit == .closed ? 0 : 1)
    }
}
