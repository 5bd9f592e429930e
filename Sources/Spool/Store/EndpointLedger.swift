import Mail
import Synchronization

/// The endpoints' states in memory, as they are committed.
final class EndpointLedger: Sendable {
    private let states: Mutex<[String: EndpointState]>

    init(_ states: [String: EndpointState]) {
        self.states = Mutex(states)
    }

    /// All of them.
    var all: [String: EndpointState] { states.withLock { $0 } }

    /// Why `endpoint` is held.
    func holds(of endpoint: String) -> EndpointState.Holds {
        states.withLock { $0[endpoint]?.holds ?? [] }
    }

    /// Whether `endpoint` is held, and for how long it was until `now`.
    func standing(of endpoint: String, at now: Timestamp) -> (isHeld: Bool, heldTime: Duration) {
        states.withLock { states in
            guard let state = states[endpoint] else { return (false, .zero) }
            return (state.isHeld, state.heldTime(at: now))
        }
    }

    /// Takes over what was committed.
    ///
    /// On the writer's thread.
    func adopt(_ changes: [String: EndpointState]) {
        states.withLock { $0.merge(changes) { $1 } }
    }
}
