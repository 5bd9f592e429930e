import Mail

/// How long a stranger waits, and how long it is known: `smtp.greylisting`.
package struct GreylistRules: Equatable, Sendable {
    /// How long a triple that is new must wait.
    package var delay: Duration
    /// How long it may wait; after that it is new again.
    package var window: Duration
    /// How long a triple that came again is known, from the last time on.
    package var lifetime: Duration
    /// After how many triples that came again their network is known as a whole; zero: never.
    package var allowAfter: Int
    /// The most rows; what is new then is let through.
    package var entries: Int

    /// Rules of these parts.
    package init(
        delay: Duration = .seconds(300), window: Duration = .seconds(2 * 86_400),
        lifetime: Duration = .seconds(35 * 86_400), allowAfter: Int = 5, entries: Int = 1_000_000
    ) {
        self.delay = delay
        self.window = window
        self.lifetime = lifetime
        self.allowAfter = allowAfter
        self.entries = entries
    }
}

/// What becomes of a client that sends from somebody to somebody.
package enum GreylistVerdict: Equatable, Sendable {
    /// It has waited: now, or once before.
    case known
    /// So many of its network have waited that it need not.
    case knownNetwork
    /// It may come again after this time.
    case wait(Duration)
    /// There is no room to remember it, so it is let through.
    case full
}

/// What is remembered of a triple or a network, and what follows from it.
///
/// ```
///           first          again, after delay and within window         lifetime passed
///  (none) ─────────▶ waiting ──────────────────────────────────▶ known ─────────────────▶ (none)
///                      │  ▲ again, too soon                        │ ▲ again
///                      └──┘                                        └─┘
/// ```
struct GreylistRecord: Equatable {
    /// When it was first seen, in milliseconds since 1970, UTC.
    var firstAt: Int64
    /// How often it came again: zero while it waits; of a network, how many triples did.
    var passes: Int
    /// When it is forgotten.
    var expiresAt: Int64

    /// A triple that was never seen.
    init(new rules: GreylistRules, at now: Int64) {
        firstAt = now
        passes = 0
        expiresAt = now + rules.window.milliseconds
    }

    /// What is stored.
    init(firstAt: Int64, passes: Int, expiresAt: Int64) {
        self.firstAt = firstAt
        self.passes = passes
        self.expiresAt = expiresAt
    }

    /// Whether it waits no longer.
    var isKnown: Bool { passes > 0 }

    /// The triple comes again at `now`; how long it still has to wait, or `nil`.
    ///
    /// A clock that was put back makes nobody wait longer than the delay.
    mutating func meet(_ rules: GreylistRules, at now: Int64) -> Duration? {
        guard !isKnown else {
            extend(rules, at: now)
            return nil
        }
        firstAt = min(firstAt, now)
        let end = firstAt + rules.delay.milliseconds
        guard now >= end else { return .milliseconds(end - now) }
        pass(rules, at: now)
        return nil
    }

    /// One more has waited.
    mutating func pass(_ rules: GreylistRules, at now: Int64) {
        passes += 1
        expiresAt = now + rules.lifetime.milliseconds
    }

    /// Moves the end, unless it would move so little that a write is not worth it.
    private mutating func extend(_ rules: GreylistRules, at now: Int64) {
        let end = now + rules.lifetime.milliseconds
        if end - expiresAt >= rules.lifetime.milliseconds / 32 { expiresAt = end }
    }
}
