package import Mail
import Spool

/// `GET /deliveries`.
package struct DeliveryListView: Codable, Sendable {
    /// The deliveries, newest first.
    package var deliveries: [DeliveryView]
}

/// A delivery in a list.
package struct DeliveryView: Codable, Sendable {
    /// `dlv_…`, which is the webhook id.
    package var id: String
    /// The endpoint.
    package var endpoint: String
    /// `ready`, `held`, `claimed`, `delivered`, `dead`.
    package var state: String
    /// Attempts spent in this series.
    package var spent: Int
    /// Attempts of all series.
    package var attempts: Int
    /// Ready: when it is due; claimed: since when; else when it ended.
    package var at: String
    /// The delivery it repeats.
    package var origin: String?
    /// Where it goes instead of to the endpoint's URL.
    package var url: String?
    /// What went wrong with its last attempt: the HTTP status, the class of the error.
    package var lastError: String?

    init(_ summary: DeliverySummary) {
        id = "\(summary.id)"
        endpoint = summary.endpoint
        state = summary.state == .ready && !summary.holds.isEmpty ? "held" : summary.state.name
        spent = summary.spent
        attempts = summary.attempts
        at = summary.at.rfc3339
        origin = summary.origin.map { "\($0)" }
        url = summary.url
        lastError = summary.lastError
    }
}

/// `GET /deliveries/ID`.
package struct DeliveryDetailsView: Codable, Sendable {
    /// What the list shows.
    package var delivery: DeliveryView
    /// Whom it is for.
    package var recipients: [RoutedRecipient]
    /// When the series of attempts began.
    package var seriesStart: String
    /// Its attempts, oldest first.
    package var attempts: [AttemptView]

    init(_ details: DeliveryDetails) {
        delivery = DeliveryView(details.summary)
        recipients = details.recipients
        seriesStart = details.seriesStart.rfc3339
        attempts = details.attempts.map(AttemptView.init)
    }
}

/// One attempt.
package struct AttemptView: Codable, Sendable {
    /// From 1, over all series.
    package var number: Int
    /// When it began.
    package var startedAt: String
    /// `delivered`, `failed`, `deferred`, `interrupted`.
    package var result: String
    /// The HTTP status.
    package var status: Int?
    /// The class of the error.
    package var error: String?
    /// The address that was dialled.
    package var address: String?
    /// The beginning of the answer; what is not UTF-8 is replaced.
    package var response: String
    /// Milliseconds until it was over.
    package var milliseconds: Int?

    init(_ attempt: NumberedAttempt) {
        number = attempt.number
        startedAt = attempt.record.startedAt.rfc3339
        result =
            switch attempt.record.result {
            case .delivered: "delivered"
            case .failed: "failed"
            case .deferred: "deferred"
            case .interrupted: "interrupted"
            }
        status = attempt.record.status
        error = attempt.record.error
        address = attempt.record.address
        response = String(decoding: attempt.record.response, as: UTF8.self)
        milliseconds = attempt.record.timings.ended
    }
}

/// `GET /spool/stats`.
package struct StatisticsView: Codable, Sendable {
    /// Messages.
    package var messages: Int
    /// Their octets as received.
    package var octets: Int
    /// Messages whose octets are in files.
    package var files: Int
    /// Deliveries by state.
    package var deliveries: [String: Int]
    /// Held deliveries by endpoint.
    package var held: [String: Int]
    /// When the delivery that has waited longest was due.
    package var oldestReady: String?
    /// Attempts on record.
    package var attempts: Int
    /// Octets of the database file.
    package var databaseSize: Int
    /// Octets inside it that are free for reuse.
    package var databaseFree: Int
    /// Free space where the spool lies.
    package var diskFree: Int

    init(_ statistics: SpoolStatistics) {
        messages = statistics.messages
        octets = statistics.octets
        files = statistics.files
        deliveries = Dictionary(
            uniqueKeysWithValues: DeliveryState.allCases.map { ($0.name, statistics.deliveries[$0] ?? 0) })
        held = statistics.held
        oldestReady = statistics.oldestReady?.rfc3339
        attempts = statistics.attempts
        databaseSize = statistics.databaseSize
        databaseFree = statistics.databaseFree
        diskFree = statistics.diskFree
    }
}

/// `POST /spool/fsck`.
package struct DamageView: Codable, Sendable {
    /// Whether nothing was found.
    package var clean: Bool
    /// What SQLite's own check says.
    package var database: [String]
    /// Messages whose body file is not there.
    package var missingBodies: [String]
    /// Messages whose octets are not what was received.
    package var changedBodies: [String]
    /// Files that no message names.
    package var orphans: [String]
    /// Deliveries or attempts without their message.
    package var strays: [String]
    /// Messages and deliveries whose row does not say whom they are for.
    package var unreadable: [String]

    init(_ damage: SpoolDamage) {
        clean = damage.isEmpty
        database = damage.database
        missingBodies = damage.missingBodies.map(\.description)
        changedBodies = damage.changedBodies.map(\.description)
        orphans = damage.orphans
        strays = damage.strays
        unreadable = damage.unreadable
    }
}
