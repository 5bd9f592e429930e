import GRDB
import Mail

/// Finds messages by what their envelopes say, newest first.
///
/// SQLite passes over rows whose JSON cannot match, as text; what is left is read and compared. Both ignore the case of
/// ASCII letters, and neither knows wildcards.
package struct MessageSearch {
    private let filter: MessageFilter
    /// What the JSON of a match contains, in lower case.
    private let parts: [String]

    /// How many messages one search looks at: it reads a page of the database for each.
    package static let depth = 20_000

    init(_ filter: MessageFilter) {
        self.filter = filter
        parts = [
            filter.isNullSender ? "\"mailfrom\":\"\"" : filter.from.map(Self.written),
            filter.to.map(Self.written),
        ]
        .compactMap(\.self)
    }

    /// The keys of up to `limit` matches below `key`, and where the search ended when it had looked at `depth`
    /// messages before it had so many.
    func keys(below key: Int64, limit: Int, depth: Int, _ db: Database) throws -> (
        found: [Int64], end: Int64?
    ) {
        let mayMatch = parts.map { _ in "instr(lower(envelope), ?) > 0" }.joined(separator: " AND ")
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT seq, CASE WHEN \(mayMatch) THEN envelope END AS envelope FROM message
                WHERE seq < ? ORDER BY seq DESC LIMIT ?
                """,
            arguments: StatementArguments(parts) + [key, depth])
        var (found, seen, last): ([Int64], Int, Int64?) = ([], 0, nil)
        while found.count < limit, let row = try rows.next() {
            (seen, last) = (seen + 1, row["seq"])
            guard let envelope = row["envelope"] as String?,
                let envelope = try? JSONText.read(Envelope.self, from: envelope), matches(envelope)
            else { continue }
            found.append(row["seq"])
        }
        return (found, seen == depth && found.count < limit ? last : nil)
    }

    private func matches(_ envelope: Envelope) -> Bool {
        let isFrom =
            filter.isNullSender
            ? envelope.mailFrom.isEmpty : filter.from.map { envelope.mailFrom.hasPart($0) } ?? true
        return isFrom
            && (filter.to.map { to in envelope.recipients.contains { $0.address.hasPart(to) } } ?? true)
    }

    /// `text` as it stands inside a string of JSON, in lower case.
    private static func written(_ text: String) -> String {
        var json = JSONWriter()
        json.string(text)
        return String(decoding: json.bytes.dropFirst().dropLast().map(\.asciiLowercased), as: UTF8.self)
    }
}

extension String {
    /// Whether `part` occurs in it, whatever the case of ASCII letters.
    fileprivate func hasPart(_ part: String) -> Bool {
        utf8.map(\.asciiLowercased).contains(part.utf8.map(\.asciiLowercased))
    }
}

extension UInt8 {
    fileprivate var asciiLowercased: UInt8 { (0x41...0x5A).contains(self) ? self + 0x20 : self }
}
