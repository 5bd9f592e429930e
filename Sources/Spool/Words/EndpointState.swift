package import Mail

/// What the spool remembers of an endpoint over restarts.
package struct EndpointState: Equatable, Sendable {
    /// Why nothing is claimed for it; empty when it is not held.
    package var holds: Holds
    /// Since when it is held; `nil` when it is not.
    package var heldSince: Timestamp?
    /// The time it was held before, all periods together.
    package var heldBefore: Duration
    /// Why it was disabled, for people.
    package var reason: String?
    /// How it has answered lately.
    package var health: EndpointHealth

    /// An endpoint that is not held.
    package init(
        holds: Holds = [], heldSince: Timestamp? = nil, heldBefore: Duration = .zero, reason: String? = nil,
        health: EndpointHealth = EndpointHealth()
    ) {
        self.holds = holds
        self.heldSince = heldSince
        self.heldBefore = heldBefore
        self.reason = reason
        self.health = health
    }

    /// Whether its deliveries wait whatever their due time.
    package var isHeld: Bool { !holds.isEmpty }

    /// The whole time it was held until `now`: it does not count for `give_up_after`.
    package func heldTime(at now: Timestamp) -> Duration {
        guard let heldSince, now > heldSince else { return heldBefore }
        return heldBefore + (now - heldSince)
    }

    /// The reasons to hold an endpoint.
    ///
    /// The bits are stored.
    package struct Holds: OptionSet, Hashable, Sendable {
        /// The bits.
        package let rawValue: Int
        /// The reasons of these bits.
        package init(rawValue: Int) { self.rawValue = rawValue }
        /// The operator paused it.
        package static let paused = Holds(rawValue: 1)
        /// It answered 410 or asked to be disabled.
        package static let disabled = Holds(rawValue: 2)
        /// The configuration does not name it: `no-endpoint`.
        package static let missing = Holds(rawValue: 4)
    }
}

/// The part of an endpoint's health that outlives a restart; the spool stores it and does not look into it.
package struct EndpointHealth: Equatable, Sendable {
    /// Nothing is sent before this instant: the circuit is open, or the endpoint asked to wait.
    package var blockedUntil: Timestamp?
    /// Failures since the last success.
    package var failures: Int

    /// The health of an endpoint.
    package init(blockedUntil: Timestamp? = nil, failures: Int = 0) {
        self.blockedUntil = blockedUntil
        self.failures = failures
    }
}
