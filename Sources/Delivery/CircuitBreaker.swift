/// Stops asking an endpoint that fails nearly always, and asks again with one delivery at a time.
///
/// ```
///            enough failures                pause over, begin
///   closed ───────────────────→ open ───────────────────────────→ probing
///     ↑                          ↑                                  │  │
///     │                          └───────── failed, longer pause ───┘  │
///     └────────────────────────── succeeded ───────────────────────────┘
/// ```
package struct CircuitBreaker: Sendable {
    /// Where the breaker is.
    package enum State: Equatable, Sendable {
        /// Everything passes.
        case closed
        /// Nothing passes before this instant.
        case open(until: ContinuousClock.Instant)
        /// One delivery is on its way to find out.
        case probing
    }

    /// Answers are counted for so long, then from zero.
    package static let window: Duration = .seconds(300)
    /// Fewer answers than this prove nothing.
    package static let leastAnswers = 10
    /// The share of failures that opens it.
    package static let failingShare = 0.7
    /// The longest pause before the next probe.
    package static let longestPause: Duration = .seconds(60)

    /// Where the breaker is.
    package private(set) var state = State.closed
    private var pauses: [Duration]
    private var trips = 0
    private var successes = 0
    private var failures = 0
    private var countedSince: ContinuousClock.Instant?

    /// A breaker that waits `pauses` in turn between probes, the last repeating, each at most `longestPause`.
    package init(pauses: [Duration]) {
        self.pauses = pauses
    }

    /// Whether one more may start.
    package func admits(now: ContinuousClock.Instant) -> Bool {
        switch state {
        case .closed: true
        case .open(let until): now >= until
        case .probing: false
        }
    }

    /// Notes that one starts; after a pause it is the probe.
    package mutating func begin() {
        if case .open = state { state = .probing }
    }

    /// Counts a success; true when that closed the breaker.
    package mutating func succeeded(now: ContinuousClock.Instant) -> Bool {
        switch state {
        case .closed:
            startWindow(now)
            successes += 1
            return false
        case .open, .probing:
            state = .closed
            (trips, successes, failures, countedSince) = (0, 0, 0, nil)
            return true
        }
    }

    /// Counts a failure; true when that opened the breaker.
    package mutating func failed(now: ContinuousClock.Instant) -> Bool {
        switch state {
        case .closed:
            startWindow(now)
            failures += 1
            let all = successes + failures
            guard all >= Self.leastAnswers, Double(failures) >= Self.failingShare * Double(all) else {
                return false
            }
            open(now)
            return true
        case .probing:
            open(now)
            return false
        case .open:
            return false
        }
    }

    /// Notes that the probe ended without a verdict: the next one may be the probe.
    package mutating func abandoned(now: ContinuousClock.Instant) {
        if state == .probing { state = .open(until: now) }
    }

    /// Uses other pauses from the next trip on.
    package mutating func reconfigure(pauses: [Duration]) {
        self.pauses = pauses
    }

    private mutating func open(_ now: ContinuousClock.Instant) {
        let pause = pauses.isEmpty ? Self.longestPause : pauses[min(trips, pauses.count - 1)]
        state = .open(until: now + min(pause, Self.longestPause))
        trips += 1
        (successes, failures, countedSince) = (0, 0, nil)
    }

    private mutating func startWindow(_ now: ContinuousClock.Instant) {
        if let since = countedSince, now - since < Self.window { return }
        (successes, failures, countedSince) = (0, 0, now)
    }
}
