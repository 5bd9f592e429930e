/// A `Timestamp` taken apart into the fields of the proleptic Gregorian calendar, in UTC.
///
/// Foundation's calendars stay out of the pure layers, and this is all of them that mail needs.
package struct CivilTime: Equatable, Sendable {
    /// The year, 1 to 9999 for every instant mail can name.
    package let year: Int
    /// The month, 1 to 12.
    package let month: Int
    /// The day of the month, 1 to 31.
    package let day: Int
    /// The day of the week, 0 for Sunday.
    package let weekday: Int
    /// The hour, 0 to 23.
    package let hour: Int
    /// The minute, 0 to 59.
    package let minute: Int
    /// The second, 0 to 59.
    package let second: Int
    /// The millisecond, 0 to 999.
    package let millisecond: Int

    /// The fields of `instant`.
    package init(_ instant: Timestamp) {
        let (days, rest) = Self.floorDivide(instant.milliseconds, 86_400_000)
        (year, month, day) = Self.civil(fromDays: Int(days))
        weekday = Int(Self.floorDivide(days + 4, 7).remainder)
        hour = Int(rest / 3_600_000)
        minute = Int(rest / 60_000 % 60)
        second = Int(rest / 1000 % 60)
        millisecond = Int(rest % 1000)
    }

    /// Days from 1970-01-01 to the given date; a month out of 1…12 is the caller's mistake.
    ///
    /// The calendar is shifted to begin in March, so that the leap day ends the year.
    package static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floorDivide(Int64(shifted), 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = Int(yearOfEra) * 365 + Int(yearOfEra) / 4 - Int(yearOfEra) / 100 + dayOfYear
        return Int(era) * 146_097 + dayOfEra - 719_468
    }

    private static func civil(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, rest) = floorDivide(Int64(days) + 719_468, 146_097)
        let dayOfEra = Int(rest)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + Int(era) * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension Timestamp {
    /// RFC 3339 with milliseconds, in UTC: `2026-11-23T20:14:05.123Z`.
    package var rfc3339: String {
        let time = CivilTime(self)
        var text = TimeText()
        text.octets.reserveCapacity(32)
        text.add(time.year, 4, then: "-")
        text.add(time.month, 2, then: "-")
        text.add(time.day, 2, then: "T")
        text.addClock(time, then: ".")
        text.add(time.millisecond, 3, then: "Z")
        return text.string
    }

    /// The date-time of RFC 5322 §3.3 in UTC: `Mon, 23 Nov 2026 20:14:05 +0000`.
    package var rfc5322: String {
        var text: [UInt8] = []
        appendRFC5322(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Adds the same to `octets`.
    package func appendRFC5322(to octets: inout [UInt8]) {
        let time = CivilTime(self)
        var text = TimeText()
        swap(&text.octets, &octets)
        text.add(word: time.weekday, of: TimeText.weekdays, then: ",")
        text.octets.append(UInt8(ascii: " "))
        text.add(time.day, 1, then: " ")
        text.add(word: time.month - 1, of: TimeText.months, then: " ")
        text.add(time.year, 4, then: " ")
        text.addClock(time, then: " ")
        text.octets.append(contentsOf: "+0000".utf8)
        swap(&text.octets, &octets)
    }
}

/// A time as it is written: octets, since every message has its time written several times.
private struct TimeText {
    /// The names of RFC 5322 §3.3, three letters each.
    static let weekdays = Array("SunMonTueWedThuFriSat".utf8)
    /// The same for months.
    static let months = Array("JanFebMarAprMayJunJulAugSepOctNovDec".utf8)

    var octets: [UInt8] = []

    var string: String { String(decoding: octets, as: UTF8.self) }

    /// Adds `value`, with zeros in front up to `width` digits, and `end`.
    mutating func add(_ value: Int, _ width: Int, then end: Unicode.Scalar) {
        var scale = (1..<width).reduce(1) { scale, _ in scale * 10 }
        if value / 10 >= scale { octets += Array(String(value / scale / 10).utf8) }
        while scale > 0 {
            octets.append(UInt8(ascii: "0") + UInt8(abs(value) / scale % 10))
            scale /= 10
        }
        octets.append(UInt8(ascii: end))
    }

    /// Adds the three letters of the word at `index`, and `end`.
    mutating func add(word index: Int, of words: [UInt8], then end: Unicode.Scalar) {
        octets.append(contentsOf: words[3 * index..<3 * index + 3])
        octets.append(UInt8(ascii: end))
    }

    /// Adds hours, minutes and seconds, and `end`.
    mutating func addClock(_ time: CivilTime, then end: Unicode.Scalar) {
        add(time.hour, 2, then: ":")
        add(time.minute, 2, then: ":")
        add(time.second, 2, then: end)
    }
}
