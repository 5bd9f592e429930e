package import Mail

/// When a message says it was written, with the sender's zone (RFC 5322 §3.3).
package struct MailDate: Equatable, Sendable {
    /// The instant, in whole seconds.
    package let instant: Timestamp
    /// The sender's zone in minutes east of UTC; `nil` when the field names none (`-0000`, or a zone nobody
    /// knows).
    package let offsetMinutes: Int?

    /// `instant` as seen in the zone `offsetMinutes`.
    package init(instant: Timestamp, offsetMinutes: Int?) {
        self.instant = instant
        self.offsetMinutes = offsetMinutes
    }

    /// Reads `raw`; `nil` when no plausible date is in it.
    ///
    /// Weekday, seconds, zone and the order of the date's parts are as senders have them; comments and blanks
    /// stand between any two tokens. 24:00, a 61st minute and a 61st second count as midnight. Of a trace field the part
    /// behind the last semicolon is read.
    package init?(parsing raw: Span<UInt8>, defects: inout DefectLog) {
        var scanner = DateScanner(from: Self.start(of: raw))
        var reader = DateReader()
        while let token = scanner.next(in: raw) { reader.take(token, followedBy: scanner.peek(in: raw)) }
        guard let date = reader.date(commentZone: scanner.zoneInComment) else {
            defects.report(.invalidDate)
            return nil
        }
        if reader.hasImpossibleTime { defects.report(.invalidDate) }
        if date.isZoneMissing { defects.report(.unknownZone) }
        self = date.value
    }

    /// Where the date begins: behind the last semicolon that something but a comment follows.
    private static func start(of raw: Span<UInt8>) -> Int {
        var (start, behindSemicolon) = (0, 0)
        var index = raw.skippingComments(from: 0)
        while index < raw.count {
            if raw[index] == UInt8(ascii: ";") {
                behindSemicolon = index + 1
            } else {
                start = behindSemicolon
            }
            index = raw.skippingComments(from: index + 1)
        }
        return start
    }

    /// RFC 3339 in the sender's zone, or with `Z` when there is none: `2026-11-23T21:14:02+01:00`.
    package var rfc3339: String {
        let offset = offsetMinutes ?? 0
        let local = CivilTime(Timestamp(milliseconds: instant.milliseconds + Int64(offset) * 60_000))
        var text: [UInt8] = []
        text.reserveCapacity(25)
        append(local.year, width: 4, to: &text)
        for (mark, value) in zip(
            "--T::".utf8, [local.month, local.day, local.hour, local.minute, local.second])
        {
            text.append(mark)
            append(value, width: 2, to: &text)
        }
        guard offsetMinutes != nil else { return String(decoding: text + [UInt8(ascii: "Z")], as: UTF8.self) }
        text.append(UInt8(ascii: offset < 0 ? "-" : "+"))
        append(abs(offset) / 60, width: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        append(abs(offset) % 60, width: 2, to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}

private func append(_ value: Int, width: Int, to text: inout [UInt8]) {
    var divisor = width == 4 ? 1000 : 10
    while divisor > 0 {
        text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
        divisor /= 10
    }
}
