internal import Telemetry

/// What the listeners count.
struct SMTPMetrics: Sendable {
    /// Connections accepted.
    let accepted: Counter
    /// Connections refused, by reason.
    let refused: [PeerLimits.Refusal: Counter]
    /// Connections refused because memory or descriptors ran out.
    let overloaded: Counter
    /// Sessions ended because the peer did not wait for the greeting.
    let earlyTalkers: Counter
    /// Names of peers that were looked for, by what was found.
    let names: [NameOutcome: Counter]
    /// Sessions ended because the peer was silent or slow.
    let timeouts: Counter
    /// Messages whose last octet arrived, whatever their fate.
    let messages: Counter
    /// Octets of messages.
    let octets: Counter
    /// TLS handshakes that came to nothing.
    let handshakeFailures: Counter
    /// Failures of AUTH.
    let authFailures: Counter

    /// Declares them in `registry`.
    init(_ registry: Registry) {
        accepted = registry.counter(
            "transom_smtp_connections_accepted_total", help: "SMTP connections accepted.")
        refused = Dictionary(
            uniqueKeysWithValues: PeerLimits.Refusal.allCases.map { refusal in
                (
                    refusal,
                    registry.counter(
                        "transom_smtp_connections_refused_total",
                        help: "SMTP connections refused by a limit.",
                        labels: [Label("limit", refusal.rawValue)])
                )
            })
        overloaded = registry.counter(
            "transom_smtp_overloaded_total",
            help: "SMTP connections refused for want of memory or descriptors.")
        earlyTalkers = registry.counter(
            "transom_smtp_early_talkers_total",
            help: "SMTP connections refused for talking before the greeting.")
        names = Dictionary(
            uniqueKeysWithValues: NameOutcome.allCases.map { outcome in
                (
                    outcome,
                    registry.counter(
                        "transom_smtp_names_total", help: "Names of peers looked for, by outcome.",
                        labels: [Label("outcome", outcome.rawValue)])
                )
            })
        timeouts = registry.counter(
            "transom_smtp_timeouts_total", help: "SMTP sessions ended because the peer was silent or slow.")
        messages = registry.counter(
            "transom_smtp_messages_total", help: "Messages received to their end, whatever their fate.")
        octets = registry.counter("transom_smtp_message_octets_total", help: "Octets of messages received.")
        handshakeFailures = registry.counter(
            "transom_smtp_tls_handshake_failures_total", help: "TLS handshakes that came to nothing.")
        authFailures = registry.counter(
            "transom_smtp_auth_failures_total", help: "AUTH commands that failed.")
    }
}
