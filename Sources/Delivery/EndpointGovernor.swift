/// Decides when an endpoint gets its next request, from how it has answered.
///
/// It counts what is in flight, adapts how much that may be (one more for each success, half for an overload),
/// keeps the rate, keeps away from a dead endpoint, and keeps the pauses that were asked for. It knows no delivery
/// and reads no clock.
package struct EndpointGovernor: Sendable {
    /// What the operator allows.
    package struct Pace: Equatable, Sendable {
        /// Requests in flight at most; 1 for an endpoint in order.
        package var concurrency: Int
        /// Starts in a time at most.
        package var rate: RateLimiter.Rate?
        /// Pauses between probes of a dead endpoint.
        package var pauses: [Duration]

        /// A pace of these parts.
        package init(concurrency: Int, rate: RateLimiter.Rate? = nil, pauses: [Duration]) {
            self.concurrency = max(1, concurrency)
            self.rate = rate
            self.pauses = pauses
        }
    }

    /// How a request ended, as far as the endpoint's health goes.
    package enum Report: Equatable, Sendable {
        /// A good answer.
        case success
        /// A bad answer, about the message or the endpoint.
        case failure
        /// A sign of too much load: timeouts, lost connections, 502, 503, 504.
        case overload
        /// It asked for a pause, of this length if it said so.
        case pause(Duration?)
        /// No verdict: nothing was sent, or the engine stopped.
        case none
    }

    /// What changed for people to know.
    package enum Change: Equatable, Sendable {
        /// The circuit opened: the endpoint fails nearly always.
        case opened
        /// It works again.
        case recovered
        /// It asked for a pause of this length.
        case paused(Duration)
    }

    /// In flight at first.
    package static let initialLimit = 4
    /// The first pause for a 429 that names none; it doubles.
    package static let firstPause: Duration = .seconds(30)
    /// The longest pause that was not asked for.
    package static let longestPause: Duration = .seconds(600)

    /// How many requests are in flight.
    package private(set) var inFlight = 0
    /// How many may be in flight now.
    package private(set) var limit: Int
    /// Until when it asked to be left alone.
    package private(set) var pausedUntil: ContinuousClock.Instant?
    /// The circuit breaker's state.
    package var circuit: CircuitBreaker.State { breaker.state }

    private var pace: Pace
    private var breaker: CircuitBreaker
    private var limiter: RateLimiter?
    private var unspokenPauses = 0
    private var underWayAtCut = 0

    /// A governor for an endpoint that is thought well of.
    package init(_ pace: Pace) {
        self.pace = pace
        limit = min(Self.initialLimit, pace.concurrency)
        breaker = CircuitBreaker(pauses: pace.pauses)
        limiter = pace.rate.map(RateLimiter.init)
    }

    /// How many requests may start at `now`.
    package func room(now: ContinuousClock.Instant) -> Int {
        guard pausedUntil ?? now <= now, breaker.admits(now: now), (limiter?.opens(now: now) ?? now) <= now
        else {
            return 0
        }
        return breaker.state == .closed ? max(0, limit - inFlight) : 1
    }

    /// When time alone makes room, if something is in its way; `now` when there is room, `nil` when only the end of
    /// a request can make room.
    package func opens(now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        var instant = max(now, pausedUntil ?? now, limiter?.opens(now: now) ?? now)
        switch breaker.state {
        case .closed: guard inFlight < limit else { return nil }
        case .open(let until): instant = max(instant, until)
        case .probing: return nil
        }
        return instant
    }

    /// Starts a request if there is room.
    package mutating func begin(now: ContinuousClock.Instant) -> Bool {
        guard room(now: now) > 0 else { return false }
        inFlight += 1
        breaker.begin()
        limiter?.begin(now: now)
        return true
    }

    /// Notes that a request ended.
    package mutating func ended(_ report: Report, now: ContinuousClock.Instant) -> Change? {
        inFlight -= 1
        let wasUnderWayAtCut = underWayAtCut > 0
        underWayAtCut = max(0, underWayAtCut - 1)
        switch report {
        case .success: return succeeded(now)
        case .failure: return failed(now)
        case .overload:
            if !wasUnderWayAtCut { cut() }
            return failed(now)
        case .pause(let asked):
            if !wasUnderWayAtCut { cut() }
            return pause(asked, now)
        case .none:
            breaker.abandoned(now: now)
            return nil
        }
    }

    /// Keeps a pause that began before the last start of the program.
    package mutating func restore(pausedUntil: ContinuousClock.Instant) {
        self.pausedUntil = pausedUntil
    }

    /// Thinks well of the endpoint again: the operator said so.
    package mutating func reset() {
        let running = inFlight
        self = EndpointGovernor(pace)
        inFlight = running
    }

    /// Uses another pace.
    package mutating func reconfigure(_ pace: Pace) {
        guard pace != self.pace else { return }
        limit = breaker.state == .closed ? min(max(limit, Self.initialLimit), pace.concurrency) : 1
        breaker.reconfigure(pauses: pace.pauses)
        if pace.rate != self.pace.rate { limiter = pace.rate.map(RateLimiter.init) }
        self.pace = pace
    }

    private mutating func succeeded(_ now: ContinuousClock.Instant) -> Change? {
        unspokenPauses = 0
        if breaker.succeeded(now: now) {
            // Slow start: each good answer makes room for one more, so 1, 2, 4, 8, … are in flight.
            limit = min(2, pace.concurrency)
            return .recovered
        }
        limit = min(limit + 1, pace.concurrency)
        return nil
    }

    private mutating func failed(_ now: ContinuousClock.Instant) -> Change? {
        breaker.failed(now: now) ? .opened : nil
    }

    private mutating func pause(_ asked: Duration?, _ now: ContinuousClock.Instant) -> Change {
        breaker.abandoned(now: now)
        let pause = asked ?? min(Self.firstPause * (1 << min(unspokenPauses, 8)), Self.longestPause)
        // Answers to requests that were under way together double the pause once.
        let isNew = pausedUntil ?? now <= now
        if asked == nil, isNew { unspokenPauses += 1 }
        if asked != nil || isNew { pausedUntil = max(pausedUntil ?? now, now + pause) }
        return .paused((pausedUntil ?? now) - now)
    }

    /// Halves what may be in flight; the requests that are under way now will not halve it again.
    private mutating func cut() {
        limit = max(1, limit / 2)
        underWayAtCut = inFlight
    }
}
