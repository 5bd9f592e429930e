import Foundation
package import Mail

extension Timestamp {
    /// Reads a time of the command line: RFC 3339, Unix seconds, or a span back from `now` such as `2h` or `30m`.
    package init?(argument text: String, now: Timestamp) {
        if let seconds = Int64(text), abs(seconds) < 1 << 40 {
            self.init(milliseconds: seconds * 1000)
        } else if let span = Duration(argument: text) {
            self = now + (.zero - span)
        } else {
            guard let date = Self.date(text) else { return nil }
            self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
        }
    }

    private static func date(_ text: String) -> Date? {
        (try? Date(
            text,
            strategy: .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(
                separator: .colon)))
            ?? (try? Date(text, strategy: .iso8601))
    }
}

extension Duration {
    /// Reads `500ms`, `30s`, `5m`, `2h`, `7d`.
    package init?(argument text: String) {
        let units: [(String, Int64)] = [
            ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
        ]
        for (unit, milliseconds) in units where text.hasSuffix(unit) {
            guard let count = Int64(text.dropLast(unit.count)), count >= 0, count < 1 << 32 else { continue }
            self = .milliseconds(count * milliseconds)
            return
        }
        return nil
    }
}

/// An instant on the command line.
package typealias Instant = Timestamp

extension Timestamp {
    /// The clock's time.
    package static var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
