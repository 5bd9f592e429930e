/// A failure that may come again with every message, and how often it is worth a line.
///
/// ```
///        failed              worked                  look, after `calm`
/// well ─────────→ failing ──────────→ mending ──────────────────────────→ well
///                    ↑      failed       │
///                    └───────────────────┘
/// ```
///
/// Times are those that have passed, on any clock that nobody sets.
package struct FailureSpell: Sendable {
    /// The time from one line to the next while it lasts.
    package static let interval = Duration.seconds(60)
    /// How long the last failure must lie back: a disk that is all but full takes one message and not the next.
    package static let calm = Duration.seconds(5)

    /// What is to be said.
    package enum Report: Equatable {
        /// There were so many failures by now, the last one for this reason.
        case lasts(failures: Int, reason: SpoolError)
        /// It works again, after so many failures.
        case over(failures: Int)
    }

    private enum State {
        case well
        case failing(Tally)
        /// Something has worked since the last failure.
        case mending(Tally)
    }

    private struct Tally {
        var failures = 1
        /// How many of them somebody was told of.
        var told = 1
        var reason: SpoolError
        var lastFailure: Duration
        var lastLine: Duration
    }

    private var state = State.well

    /// Nothing has failed so far.
    package init() {}

    /// It failed; true: for the first time, which is said at once.
    package mutating func failed(_ reason: SpoolError, at now: Duration) -> Bool {
        switch state {
        case .well:
            state = .failing(Tally(reason: reason, lastFailure: now, lastLine: now))
            return true
        case .failing(var tally), .mending(var tally):
            tally.failures += 1
            (tally.reason, tally.lastFailure) = (reason, now)
            state = .failing(tally)
            return false
        }
    }

    /// It worked.
    package mutating func worked() {
        guard case .failing(let tally) = state else { return }
        state = .mending(tally)
    }

    /// What is to be said at `now`, if anything.
    package mutating func look(at now: Duration) -> Report? {
        switch state {
        case .well:
            return nil
        case .mending(let tally) where now - tally.lastFailure >= Self.calm:
            state = .well
            return .over(failures: tally.failures)
        case .mending(var tally):
            defer { state = .mending(tally) }
            return Self.reminder(&tally, now)
        case .failing(var tally):
            defer { state = .failing(tally) }
            return Self.reminder(&tally, now)
        }
    }

    private static func reminder(_ tally: inout Tally, _ now: Duration) -> Report? {
        guard tally.failures > tally.told, now - tally.lastLine >= interval else { return nil }
        (tally.told, tally.lastLine) = (tally.failures, now)
        return .lasts(failures: tally.failures, reason: tally.reason)
    }
}
