/// Which transfers may make libcurl resolve a name, so that dead names cost neither threads without end nor the others' time.
///
/// libcurl starts a thread a lookup, and one that hangs outlives its transfer. So there is one lookup a name at a
/// time, for which the name's other transfers wait; a name that hung is refused for a while, which bounds the
/// threads left behind; and the number of names being resolved at once has a limit.
package struct NameLookups {
    /// What a transfer to a name may do.
    package enum Admission: Equatable {
        /// Go: the name is known, no lookup will happen.
        case known
        /// Go, and tell `ended` when the lookup is over.
        case lookup
        /// Wait for a lookup to end.
        case wait
        /// Fail: the name hung a short while ago.
        case refused
    }

    /// How a lookup ended.
    package enum Ending {
        /// There is an address, or a connection was there already.
        case resolved
        /// There is none.
        case failed
        /// Nobody answered in time; libcurl's thread may hang on.
        case hung
    }

    /// How long a resolved name counts as known: less than libcurl's own cache keeps it (60 s).
    package static let memory: Duration = .seconds(50)
    /// How long a name that hung is refused: longer than glibc tries with its defaults and three servers.
    package static let quarantine: Duration = .seconds(30)
    /// Names remembered at most.
    package static let remembered = 4096

    private let limit: Int
    private var running: Set<String> = []
    private var known: [String: ContinuousClock.Instant] = [:]
    private var hung: [String: ContinuousClock.Instant] = [:]

    /// No lookups yet, and at most `limit` at once.
    package init(limit: Int) {
        self.limit = limit
    }

    /// What a transfer to `name` may do.
    package mutating func admit(_ name: String, now: ContinuousClock.Instant) -> Admission {
        if running.contains(name) { return .wait }
        if let until = known[name], now < until { return .known }
        if let until = hung[name], now < until { return .refused }
        guard running.count < limit else { return .wait }
        running.insert(name)
        return .lookup
    }

    /// Whether `name` is being looked up.
    package func isRunning(_ name: String) -> Bool { running.contains(name) }

    /// Notes how the lookup of `name` ended.
    package mutating func ended(_ name: String, _ ending: Ending, now: ContinuousClock.Instant) {
        running.remove(name)
        if known.count + hung.count >= Self.remembered {
            known.removeAll()
            hung = hung.filter { now < $0.value }
        }
        switch ending {
        case .resolved: known[name] = now + Self.memory
        case .failed: known[name] = nil
        case .hung: hung[name] = now + Self.quarantine
        }
    }
}
