import Telemetry

/// What reception counts.
struct ReceptionMetrics: Sendable {
    /// Why mail or a recipient was refused.
    enum Refusal: String, CaseIterable {
        /// No rule takes the recipient.
        case recipient
        /// The rules on content refused every recipient.
        case content
        /// The user may not send as this sender.
        case sender
        /// Below the floor of free space.
        case noSpace = "no-space"
        /// The spool could not store it.
        case storage
        /// A mail loop.
        case loop
    }

    let accepted: Counter
    let octets: Counter
    let discarded: Counter
    private let refusals: [Refusal: Counter]

    init(_ registry: Registry) {
        accepted = registry.counter("transom_messages_accepted_total", help: "Messages durably stored.")
        octets = registry.counter(
            "transom_messages_accepted_octets_total", help: "Octets of stored messages.")
        discarded = registry.counter(
            "transom_messages_discarded_total", help: "Messages accepted and dropped because a route says so."
        )
        refusals = Dictionary(
            uniqueKeysWithValues: Refusal.allCases.map { refusal in
                (
                    refusal,
                    registry.counter(
                        "transom_refused_total", help: "Messages and recipients refused, by reason.",
                        labels: [Label("reason", refusal.rawValue)])
                )
            })
    }

    func refused(_ refusal: Refusal) {
        refusals[refusal]?.add()
    }
}
