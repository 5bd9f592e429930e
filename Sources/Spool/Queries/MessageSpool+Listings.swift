import GRDB
package import Mail

extension MessageSpool {
    /// The newest messages before `before`.
    package func messages(limit: Int, before: MessageID? = nil) async throws(SpoolError) -> [MessageSummary] {
        try await messages(limit: limit, before: before, window: 0) { summary, _ in summary }
    }

    /// The newest messages before `before`, each as `view` makes it from the message and up to `window` of its first
    /// octets.
    ///
    /// Two queries whatever the number: one for the messages, one for their deliveries. The octets of one message at a
    /// time are in memory; of one whose body file is missing there are none. `view` runs on a thread that may block.
    package func messages<View: Sendable>(
        limit: Int, before: MessageID? = nil, window: Int,
        _ view: @escaping @Sendable (MessageSummary, _ head: [UInt8]) -> View
    ) async throws(SpoolError) -> [View] {
        let (listing, places) = (Listing(places.salt, endpoints), places)
        return try await read { db in
            try listing.views(.newest(limit, before: before), window: window, places, db, view)
        }
    }

    /// The newest messages before `before` that pass `filter`, each as `view` makes it; looks at `depth` messages at
    /// most.
    package func messages<View: Sendable>(
        matching filter: MessageFilter, limit: Int, before: MessageID? = nil, window: Int,
        depth: Int = MessageSearch.depth,
        _ view: @escaping @Sendable (MessageSummary, _ head: [UInt8]) -> View
    ) async throws(SpoolError) -> MessagePage<View> {
        let (listing, places) = (Listing(places.salt, endpoints), places)
        return try await read { db in
            let (keys, end) = try MessageSearch(filter).keys(
                below: before?.key ?? .max, limit: limit, depth: depth, db)
            return MessagePage(
                views: try listing.views(.these(keys), window: window, places, db, view),
                searchedTo: end.map { MessageID(key: $0, salt: places.salt) })
        }
    }

    /// All that is known of message `id`; `nil` when there is none.
    package func message(_ id: MessageID) async throws(SpoolError) -> MessageDetails? {
        guard id.salt == places.salt else { return nil }
        let listing = Listing(places.salt, endpoints)
        return try await read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT seq, received_at, size, envelope, refused, trace, sha256, transcript,
                        octets IS NULL AS is_in_file
                    FROM message WHERE seq = ?
                    """,
                arguments: [id.key])
            return try row.map { try listing.details($0, db) }
        }
    }

    /// The newest deliveries before `before` that pass `filter`.
    package func deliveries(_ filter: DeliveryFilter, limit: Int, before: DeliveryID? = nil)
        async throws(SpoolError) -> [DeliverySummary]
    {
        let (listing, endpoints) = (Listing(places.salt, endpoints), endpoints)
        return try await read { db in
            let held = filter.isHeld ? endpoints.all.filter(\.value.isHeld).map(\.key) : []
            let (condition, arguments) = filter.condition(before: before, held: held)
            let rows = try Row.fetchAll(
                db,
                sql: Listing.withLastAttempt(
                    "WHERE \(condition) ORDER BY message DESC, n DESC LIMIT ?"),
                arguments: arguments + [limit])
            return rows.map { listing.summary($0) }
        }
    }

    /// All that is known of delivery `id`; `nil` when there is none.
    package func delivery(_ id: DeliveryID) async throws(SpoolError) -> DeliveryDetails? {
        guard id.message.salt == places.salt else { return nil }
        let listing = Listing(places.salt, endpoints)
        return try await read { db in
            let row = try Row.fetchOne(
                db, sql: Listing.withLastAttempt("WHERE message = ? AND n = ?"),
                arguments: [id.message.key, id.number])
            return try row.map { try listing.details(delivery: $0, db) }
        }
    }

    /// The message `id` as senders get it, for `messages raw` and `export`; `nil` when there is none.
    ///
    /// One whose envelope is damaged is given all the same.
    package func stored(_ id: MessageID) async throws(SpoolError) -> StoredMessage? {
        guard id.salt == places.salt else { return nil }
        let places = places
        return try await read { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT \(StoredRow.columns) FROM message WHERE seq = ?", arguments: [id.key])
            return row.map { StoredRow($0).salvaged(in: places) }
        }
    }
}

/// The messages of a page, as what follows the columns of a `SELECT`.
private struct ChosenMessages {
    let sql: String
    let arguments: StatementArguments

    static func newest(_ limit: Int, before: MessageID?) -> ChosenMessages {
        ChosenMessages(
            sql: " FROM message WHERE seq < ? ORDER BY seq DESC LIMIT ?",
            arguments: [before?.key ?? .max, limit])
    }

    static func these(_ keys: [Int64]) -> ChosenMessages {
        let list = keys.map { "\($0)" }.joined(separator: ", ")
        return ChosenMessages(sql: " FROM message WHERE seq IN (\(list)) ORDER BY seq DESC", arguments: [])
    }
}

extension Listing {
    /// Each of the `chosen` messages as `view` makes it.
    fileprivate func views<View>(
        _ chosen: ChosenMessages, window: Int, _ places: OctetPlaces, _ db: Database,
        _ view: (MessageSummary, [UInt8]) -> View
    ) throws -> [View] {
        let deliveries = Dictionary(
            grouping: try Row.fetchAll(
                db,
                sql: "SELECT * FROM delivery WHERE message IN (SELECT seq\(chosen.sql)) ORDER BY message, n",
                arguments: chosen.arguments),
            by: { $0["message"] as Int64 })
        let head = window > 0 ? ", octets IS NULL AS is_in_file, substr(octets, 1, ?) AS head" : ""
        let rows = try Row.fetchCursor(
            db, sql: "SELECT seq, received_at, size, envelope" + head + chosen.sql,
            arguments: (window > 0 ? [window] : []) + chosen.arguments)
        var views: [View] = []
        while let row = try rows.next() {
            let head = window > 0 ? places.head(row, window: window) : []
            views.append(view(summary(row, deliveries[row["seq"]] ?? []), head))
        }
        return views
    }
}

extension MessageID {
    /// The least key of a message whose id was made at `milliseconds`.
    fileprivate static func firstKey(at milliseconds: Int64) -> Int64 {
        min(max(0, milliseconds), 1 << 48 - 1) << 15
    }
}

extension DeliveryFilter {
    /// How much later than its id a message is received at most, for a search that begins at a time.
    ///
    /// Ids are made when DATA begins, `received_at` is the final dot. At the slowest rate that is suffered 50 MiB take
    /// little more than a day.
    private static let longestTransfer = Duration.seconds(2 * 86_400)

    /// The filter as SQL; `held` are the endpoints that are held.
    fileprivate func condition(
        before: DeliveryID?, held: [String]
    ) -> (sql: String, arguments: StatementArguments) {
        var terms = ["(message, n) < (?, ?)"]
        var arguments: StatementArguments = [before?.message.key ?? .max, before?.number ?? .max]
        if let state {
            terms.append("state = ?")
            arguments += [state.rawValue]
        }
        if let endpoint {
            terms.append("endpoint = ?")
            arguments += [endpoint]
        }
        if let message {
            terms.append("message = ?")
            arguments += [message.key]
        }
        if let since {
            // By the key, which begins with a time; then by the row, whose series begins no earlier than its message;
            // what is left is looked up.
            let earliest = (since + (.zero - Self.longestTransfer)).milliseconds
            terms.append("message >= ? AND series_start >= ?")
            terms.append("(SELECT received_at FROM message WHERE seq = delivery.message) >= ?")
            arguments += [MessageID.firstKey(at: earliest), since.milliseconds, since.milliseconds]
        }
        if isHeld {
            terms.append("state = 0 AND endpoint IN (\(held.map { _ in "?" }.joined(separator: ", ")))")
            arguments += StatementArguments(held)
        }
        return (terms.joined(separator: " AND "), arguments)
    }
}
