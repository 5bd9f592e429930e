import GRDB
import Mail

/// A delivery with its message as they stand in their rows: read on the writer's thread, made sense of by whoever
/// asked for it.
struct ClaimedRow: Sendable {
    private let message: Int64
    private let number: Int
    private let endpoint: String
    private let recipients: String
    private let spent: Int
    private let attempts: Int
    private let seriesStart: Int64
    private let heldBefore: Int64
    private let url: String?
    private let stored: StoredRow

    init(_ row: Row) {
        message = row["message"]
        number = row["n"]
        endpoint = row["endpoint"]
        recipients = row["recipients"]
        spent = row["spent"]
        attempts = row["attempts"]
        seriesStart = row["series_start"]
        heldBefore = row["held_before"]
        url = row["url"]
        stored = StoredRow(row)
    }

    /// The delivery's id.
    func id(_ salt: SpoolSalt) -> DeliveryID {
        DeliveryID(message: MessageID(key: message, salt: salt), number: number)
    }

    /// The end of a claim that nobody can make sense of.
    func unreadable(at now: Timestamp, _ salt: SpoolSalt) -> AttemptOutcome {
        AttemptOutcome(
            delivery: id(salt), attempt: attempts + 1,
            record: AttemptRecord(startedAt: now, result: .failed, error: "unreadable-row"),
            next: .dead(at: now))
    }

    /// The delivery as its sender gets it.
    func delivery(in place: OctetPlaces) throws -> ClaimedDelivery {
        ClaimedDelivery(
            id: id(place.salt), endpoint: endpoint,
            recipients: try JSONText.read([RoutedRecipient].self, from: recipients), attempt: attempts + 1,
            spent: spent, seriesStart: Timestamp(milliseconds: seriesStart),
            heldBefore: .milliseconds(heldBefore), url: url, message: try stored.message(in: place))
    }
}

/// The columns of a message that its senders need.
struct StoredRow: Sendable {
    /// Those columns, for a query that names the table `message`.
    static let columns = """
        message.seq, message.received_at, message.size, message.sha256, message.envelope, message.trace,
        message.octets IS NULL AS is_in_file
        """

    private let key: Int64
    private let receivedAt: Int64
    private let size: Int
    private let sha256: [UInt8]
    private let envelope: String
    private let trace: [UInt8]
    private let isInFile: Bool

    init(_ row: Row) {
        key = row["seq"]
        receivedAt = row["received_at"]
        size = row["size"]
        sha256 = row.octets("sha256") ?? []
        envelope = row["envelope"]
        trace = row.octets("trace") ?? []
        isInFile = row["is_in_file"]
    }

    /// The message, with the way to its octets; throws when nobody can say whom it is for.
    func message(in place: OctetPlaces) throws -> StoredMessage {
        message(try JSONText.read(Envelope.self, from: envelope), in: place)
    }

    /// The message for who only wants to look at it: its octets are whole whatever became of its envelope.
    func salvaged(in place: OctetPlaces) -> StoredMessage {
        message((try? JSONText.read(Envelope.self, from: envelope)) ?? .unreadable, in: place)
    }

    private func message(_ envelope: Envelope, in place: OctetPlaces) -> StoredMessage {
        let id = MessageID(key: key, salt: place.salt)
        return StoredMessage(
            id: id, receivedAt: Timestamp(milliseconds: receivedAt), envelope: envelope, trace: trace,
            sha256: sha256, octets: place.octets(of: id, count: size, isInFile: isInFile))
    }
}
