package import Logging
package import Mail

/// The durable store between SMTP and HTTP.
package final class MessageSpool: Sendable {
    /// The folder.
    package let path: String

    private init(path: String) { self.path = path }

    /// Opens the spool in the folder `path`, which is made (0700) if its parent exists, and takes its lock; what
    /// was claimed when the last holder ended is ready again.
    package static func open(
        at path: String, options: SpoolOptions = SpoolOptions(), logger: Logger
    ) throws(SpoolError) -> MessageSpool {
        MessageSpool(path: path)
    }

    /// Finishes what waits, writes it and lets the lock go. What is claimed and has no outcome is ready at the
    /// next start.
    package func close() async {}

    /// Another id, above every one before, whatever the clock does. From any thread.
    package func mintID() -> MessageID { .zero }

    /// A writer for the octets of message `id`; `onDrained` is called on a thread of the spool's when the disk has
    /// caught up after `isBehind` was true.
    package func makeBody(for id: MessageID, onDrained: @escaping @Sendable () -> Void) -> BodyWriter {
        BodyWriter(id: id)
    }

    /// Stores `message` with all its deliveries in the next transaction; `observer` is told with `token`.
    package func accept(_ message: NewMessage, observer: any CommitObserver, token: UInt64) {}

    /// Whether there is more free space than the floor; measured about once a second.
    package var hasRoom: Bool { true }

    /// Changes what can be changed while the spool is open.
    package func reconfigure(minimumFree: ByteCount, retention: Retention) {}

    /// Where fresh deliveries go from memory; without one they are all stored as ready.
    package func attach(_ handover: any Handover) {}

    /// Writes an outcome with the next transaction, at most `20 ms` from here. From any thread; never lost while
    /// the process lives: an outcome that cannot be written is tried again.
    package func record(_ outcome: AttemptOutcome) {}

    /// Claims up to `limit` deliveries to `endpoint` that are due at `now`, oldest first; none while it is held.
    package func claimDue(_ endpoint: String, limit: Int, now: Timestamp) async throws(SpoolError)
        -> [ClaimedDelivery] { [] }

    /// When the first ready delivery to `endpoint` is due, whether or not it is held; `nil` when none is ready.
    package func nextDue(_ endpoint: String) async throws(SpoolError) -> Timestamp? { nil }

    /// What is remembered of each endpoint. From any thread.
    package func endpointStates() -> [String: EndpointState] { [:] }

    /// Says which endpoints the configuration names. Deliveries to others are held as `missing` until their name
    /// returns; answers how many wait for each of those.
    package func configureEndpoints(_ names: [String]) async throws(SpoolError) -> [String: Int] { [:] }

    /// Adds a reason to hold `endpoint`.
    package func hold(_ endpoint: String, as hold: EndpointState.Holds, reason: String? = nil)
        async throws(SpoolError) {}

    /// Ends pause and disablement of `endpoint`.
    package func resume(_ endpoint: String) async throws(SpoolError) {}

    /// Stores the health of `endpoint` for the next start. Rides in the next transaction.
    package func record(_ health: EndpointHealth, of endpoint: String) {}

    /// The newest messages before `before`.
    package func messages(limit: Int, before: MessageID? = nil) async throws(SpoolError) -> [MessageSummary] { [] }

    /// All that is known of message `id`; `nil` when there is none.
    package func message(_ id: MessageID) async throws(SpoolError) -> MessageDetails? { nil }

    /// The newest deliveries before `before` that pass `filter`.
    package func deliveries(_ filter: DeliveryFilter, limit: Int, before: DeliveryID? = nil)
        async throws(SpoolError) -> [DeliverySummary] { [] }

    /// All that is known of delivery `id`; `nil` when there is none.
    package func delivery(_ id: DeliveryID) async throws(SpoolError) -> DeliveryDetails? { nil }

    /// The message `id` as senders get it, for `messages raw` and `export`; `nil` when there is none.
    package func stored(_ id: MessageID) async throws(SpoolError) -> StoredMessage? { nil }

    /// Sends the deliveries again; answers the ids under which they go. Unknown ones are left out.
    package func replay(_ deliveries: [DeliveryID], _ order: ReplayOrder = ReplayOrder())
        async throws(SpoolError) -> [DeliveryID] { [] }

    /// Makes a delivery of `message` to `endpoint` for recipients that the rules had refused, or for none of its
    /// own.
    package func deliver(_ message: MessageID, to endpoint: String) async throws(SpoolError) -> DeliveryID? { nil }

    /// Counts everything; takes a while on a large spool.
    package func statistics() async throws(SpoolError) -> SpoolStatistics { SpoolStatistics() }

    /// Looks for damage; `readsBodies`: compares every message with its digest. Changes nothing.
    package func check(readsBodies: Bool) async throws(SpoolError) -> SpoolDamage { SpoolDamage() }
}
