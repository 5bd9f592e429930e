package import Mail

/// What the spool holds, counted.
package struct SpoolStatistics: Equatable, Sendable {
    /// Messages.
    package var messages = 0
    /// Their octets as received.
    package var octets = 0
    /// Messages whose octets are in files.
    package var files = 0
    /// Deliveries by state.
    package var deliveries: [DeliveryState: Int] = [:]
    /// Ready deliveries whose endpoint is held, by endpoint.
    package var held: [String: Int] = [:]
    /// The due time of the ready delivery that has waited longest.
    package var oldestReady: Timestamp?
    /// Attempts on record.
    package var attempts = 0
    /// Octets of the database file, without its log.
    package var databaseSize = 0
    /// Octets inside it that are free for reuse.
    package var databaseFree = 0
    /// Free space where the spool lies.
    package var diskFree = 0

    /// Nothing counted yet.
    package init() {}
}

/// What `spool fsck` found.
package struct SpoolDamage: Equatable, Sendable {
    /// What SQLite's own check says; empty when it is content.
    package var database: [String] = []
    /// Messages whose body file is not there.
    package var missingBodies: [MessageID] = []
    /// Messages whose octets have another digest or length than their row says.
    package var changedBodies: [MessageID] = []
    /// Files in `bodies` that no row names.
    package var orphans: [String] = []
    /// Deliveries or attempts whose message is not there.
    package var strays: [String] = []
    /// Messages and deliveries whose row does not say whom they are for; their octets are another matter.
    package var unreadable: [String] = []

    /// No damage.
    package init() {}

    /// Whether nothing was found.
    package var isEmpty: Bool { self == SpoolDamage() }
}

/// The deliveries to one endpoint that have not arrived, as far as they are in the spool and in nobody's hands.
package struct EndpointBacklog: Equatable, Sendable {
    /// Ready ones that go when they are due.
    package var waiting = 0
    /// Ready ones that go when the endpoint is no longer held.
    package var held = 0
    /// Those that were given up.
    package var dead = 0
    /// Since when the one that has waited longest, held or not, has waited: its acceptance, or its replay.
    package var oldest: Timestamp?

    /// Nothing waits.
    package init() {}

    /// So many are `ready`, and held if the endpoint is.
    init(ready: Int, isHeld: Bool, oldest: Timestamp) {
        waiting = isHeld ? 0 : ready
        held = isHeld ? ready : 0
        self.oldest = oldest
    }

    /// How long the one that has waited longest has waited at `now`; zero when none waits.
    package func longestWait(at now: Timestamp) -> Duration {
        oldest.map { max(.zero, now - $0) } ?? .zero
    }
}
