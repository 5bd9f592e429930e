import Telemetry

/// The spool's metrics.
struct SpoolMetrics: Sendable {
    let messages: Counter
    let commits: Histogram
    let checkpoints: Histogram
    let failedCommits: Counter
    let removed: Counter
    let claimed: Gauge
    let diskFree: Gauge

    init(_ registry: Registry) {
        messages = registry.counter(
            "transom_spool_messages_total", help: "Messages committed to the spool.")
        commits = registry.histogram(
            "transom_spool_commit_duration_seconds",
            help: "Time of a transaction of the spool, with its wait for more messages and its sync.")
        checkpoints = registry.histogram(
            "transom_spool_checkpoint_duration_seconds",
            help: "Time of bringing the pages of the spool's log into its database.")
        failedCommits = registry.counter(
            "transom_spool_failed_commits_total", help: "Transactions of the spool that failed.")
        removed = registry.counter(
            "transom_spool_removed_messages_total", help: "Messages removed when their retention had passed.")
        claimed = registry.gauge(
            "transom_spool_claimed_deliveries", help: "Deliveries in the hands of their senders.")
        diskFree = registry.gauge(
            "transom_spool_disk_free_bytes", help: "Free space where the spool lies.")
    }

    /// Counts one transaction.
    func committed(messages count: Int, in duration: Duration) {
        messages.add(count)
        commits.observe(duration)
    }
}
