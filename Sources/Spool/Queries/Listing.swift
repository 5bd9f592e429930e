import GRDB
import Mail

/// Makes rows into what lists and details show.
struct Listing: Sendable {
    private let salt: SpoolSalt
    private let endpoints: EndpointLedger

    init(_ salt: SpoolSalt, _ endpoints: EndpointLedger) {
        self.salt = salt
        self.endpoints = endpoints
    }

    /// A row of `message` with the rows of its deliveries.
    func summary(_ row: Row, _ deliveries: [Row]) -> MessageSummary {
        MessageSummary(
            id: MessageID(key: row["seq"], salt: salt),
            receivedAt: Timestamp(milliseconds: row["received_at"]),
            envelope: (try? JSONText.read(Envelope.self, from: row["envelope"])) ?? .unreadable,
            size: row["size"], deliveries: deliveries.map { summary($0) })
    }

    /// A row of `message` with everything.
    func details(_ row: Row, _ db: Database) throws -> MessageDetails {
        let refused = (row["refused"] as String?).flatMap {
            try? JSONText.read([RefusedRecipient].self, from: $0)
        }
        let deliveries = try Row.fetchAll(
            db, sql: "SELECT * FROM delivery WHERE message = ? ORDER BY n", arguments: [row["seq"] as Int64])
        return MessageDetails(
            summary: summary(row, deliveries), refused: refused ?? [], trace: row.octets("trace") ?? [],
            sha256: row.octets("sha256") ?? [], isInFile: row["is_in_file"],
            transcript: row.octets("transcript"))
    }

    /// A row of `delivery`.
    func summary(_ row: Row) -> DeliverySummary {
        let message = MessageID(key: row["message"], salt: salt)
        let endpoint: String = row["endpoint"]
        let state = DeliveryState(rawValue: row["state"]) ?? .dead
        return DeliverySummary(
            id: DeliveryID(message: message, number: row["n"]), endpoint: endpoint, state: state,
            holds: state == .ready ? endpoints.holds(of: endpoint) : [], spent: row["spent"],
            attempts: row["attempts"], at: Timestamp(milliseconds: row["at"]),
            origin: (row["origin"] as Int?).map { DeliveryID(message: message, number: $0) }, url: row["url"],
            lastError: lastError(row))
    }

    /// What the columns of `withLastAttempt` say; `nil` where the row has none.
    private func lastError(_ row: Row) -> String? {
        guard let result = (row["last_result"] as Int?).flatMap(AttemptRecord.Result.init(rawValue:)),
            result != .delivered
        else { return nil }
        let parts = [(row["last_status"] as Int?).map(String.init), row["last_error"] as String?]
        let known = parts.compactMap(\.self)
        return known.isEmpty ? "failed" : known.joined(separator: " ")
    }

    /// The rows of `delivery` that `chosen` selects, each with its last attempt, found by its number.
    static func withLastAttempt(_ chosen: String) -> String {
        """
        SELECT chosen.*, last.result AS last_result, last.status AS last_status, last.error AS last_error
        FROM (SELECT * FROM delivery \(chosen)) AS chosen LEFT JOIN attempt AS last
        ON last.message = chosen.message AND last.n = chosen.n AND last.k = chosen.attempts
        ORDER BY chosen.message DESC, chosen.n DESC
        """
    }

    /// A row of `delivery` with its attempts.
    func details(delivery row: Row, _ db: Database) throws -> DeliveryDetails {
        let attempts = try Row.fetchAll(
            db, sql: "SELECT * FROM attempt WHERE message = ? AND n = ? ORDER BY k",
            arguments: [row["message"] as Int64, row["n"] as Int])
        return DeliveryDetails(
            summary: summary(row),
            recipients: (try? JSONText.read([RoutedRecipient].self, from: row["recipients"])) ?? [],
            seriesStart: Timestamp(milliseconds: row["series_start"]),
            attempts: attempts.map { NumberedAttempt(number: $0["k"], record: AttemptRecord($0)) })
    }
}

extension Envelope {
    /// What lists show of a damaged row: one such message must not hide all others.
    static let unreadable = Envelope(
        mailFrom: "(unreadable)", recipients: [], listener: "", helo: "", remoteIP: nil)
}

extension AttemptRecord {
    fileprivate init(_ row: Row) {
        self.init(
            startedAt: Timestamp(milliseconds: row["at"]), result: Result(rawValue: row["result"]) ?? .failed,
            status: row["status"],
            timings: Timings(
                resolved: row["resolved"], connected: row["connected"], secured: row["secured"],
                answered: row["answered"], ended: row["ended"]),
            address: row["address"], response: row.octets("response") ?? [], error: row["error"])
    }
}
