internal import Mail

/// Gathers the tokens of a date and says which date they are.
///
/// The date's parts come in any order that is plain: `1 Jul 2003`, `Jul 1 2003`, `2003-07-01`. A month in
/// figures is read only where no other reading is possible.
struct DateReader {
    private var year: Int?
    private var month: Int?
    private var day: Int?
    /// Hour, minute and second; more than one of them once there is a time.
    private var clock: [Int] = []
    private var isReadingClock = false
    /// What stands between hour and minute.
    private var clockMark: UInt8 = 0
    private var isReadingFraction = false
    private var isAfternoon: Bool?
    private var isYearFirst = false
    private var isMonthNumeric = false
    private var sign = 0
    private var isReadingZoneMinutes = false
    private var numericZone: Int?
    private var isNumericZoneUnknown = false
    /// Whether the zone is `-0000`: a time in UTC whose sender's zone is not said (RFC 5322 §3.3).
    private var isUnstatedZone = false
    private var namedZone: Int?
    private var isFirst = true
    private var lastMark: UInt8 = 0

    /// Whether there is a time that no day has.
    private(set) var hasImpossibleTime = false

    /// Takes the next token; `next` is the octet behind it.
    mutating func take(_ token: DateScanner.Token, followedBy next: UInt8) {
        switch token {
        case .number(let value, let digits): number(value, digits: digits, followedBy: next)
        case .word(let word): self.word(word, followedBy: next)
        case .mark(let octet): mark(octet)
        }
        isFirst = false
    }

    private mutating func mark(_ octet: UInt8) {
        lastMark = octet
        if !Self.clockMarks.contains(octet) { isReadingClock = false }
        guard octet == UInt8(ascii: "+") || octet == UInt8(ascii: "-") else { return }
        sign = clock.isEmpty ? 0 : octet == UInt8(ascii: "-") ? -1 : 1
    }

    /// What may stand inside a time.
    private static let clockMarks: [UInt8] = [UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: ",")]

    private mutating func word(_ word: DateWord, followedBy next: UInt8) {
        (isReadingClock, isReadingZoneMinutes, sign, lastMark) = (false, false, 0, 0)
        if isFirst, next == UInt8(ascii: ",") { return }  // The weekday, in whatever language.
        if month == nil, let named = word.month {
            month = named
        } else if !clock.isEmpty {
            if let isAfternoon = word.isAfternoon { self.isAfternoon = isAfternoon }
            if namedZone == nil { namedZone = word.zone }
        }
    }

    private mutating func number(_ value: Int, digits: Int, followedBy next: UInt8) {
        defer { lastMark = 0 }
        if isReadingClock {
            continueClock(value, followedBy: next)
        } else if clock.isEmpty, opensClock(followedBy: next, digits: digits) {
            clock = [value]
            (isReadingClock, clockMark) = (true, next)
        } else if isReadingZoneMinutes {
            isReadingZoneMinutes = false
            setZone(hours: abs(numericZone ?? 0) / 60, minutes: value)
            sign = 0
        } else if sign != 0 {
            zone(value, digits: digits, followedBy: next)
        } else {
            datePart(value, digits: digits)
        }
    }

    /// Whether an hour ends at the mark `next`; a full stop is one only behind the whole date: `10.52.37`.
    private func opensClock(followedBy next: UInt8, digits: Int) -> Bool {
        let isBehindDate = year != nil && month != nil && day != nil
        return next == UInt8(ascii: ":") || (next == UInt8(ascii: ".") && digits <= 2 && isBehindDate)
    }

    private mutating func continueClock(_ value: Int, followedBy next: UInt8) {
        if isReadingFraction {
            (isReadingClock, isReadingFraction) = (false, false)
            return
        }
        clock.append(value)
        let isFraction = clock.count == 3 && Self.clockMarks.contains(next)
        isReadingFraction = isFraction
        isReadingClock = isFraction || (clock.count < 3 && next == clockMark)
    }

    /// A number that is neither time nor zone: day, month or year, or a zone without its sign.
    private mutating func datePart(_ value: Int, digits: Int) {
        if year == nil, month == nil, day == nil, digits >= 3 {
            (year, isYearFirst) = (fullYear(value, digits: digits), true)
        } else if month == nil, isYearFirst || (day != nil && isDateSeparator(lastMark)), digits <= 2 {
            (month, isMonthNumeric) = (value, true)
        } else if day == nil, digits <= 2 {
            day = value
        } else if year == nil, month != nil {
            year = fullYear(value, digits: digits)
        } else if numericZone == nil, !clock.isEmpty, digits == 3 || digits == 4 {
            sign = 1
            zone(value, digits: digits, followedBy: 0)
        }
    }

    private func isDateSeparator(_ octet: UInt8) -> Bool {
        octet == UInt8(ascii: "-") || octet == UInt8(ascii: "/") || octet == UInt8(ascii: ".")
    }

    /// The year meant by two, three or four digits (RFC 5322 §4.3).
    private func fullYear(_ value: Int, digits: Int) -> Int? {
        switch digits {
        case 2: value < 50 ? 2000 + value : 1900 + value
        case 3: 1900 + value
        case 4: value
        default: nil
        }
    }

    // The zone.

    private mutating func zone(_ value: Int, digits: Int, followedBy next: UInt8) {
        guard numericZone == nil else { return sign = 0 }
        switch digits {
        case 1, 2:
            setZone(hours: value, minutes: 0)
            isReadingZoneMinutes = next == UInt8(ascii: ":")
        case 3, 4:
            setZone(hours: value / 100, minutes: value % 100)
        default:
            isNumericZoneUnknown = true
        }
        if !isReadingZoneMinutes { sign = 0 }
    }

    private mutating func setZone(hours: Int, minutes: Int) {
        guard hours < 24, minutes < 60 else { return isNumericZoneUnknown = true }
        let total = hours * 60 + minutes
        numericZone = sign < 0 ? -total : total
        isUnstatedZone = total == 0 && sign < 0
    }

    // The date.

    /// The date, and whether its zone is missing; `nil` when the tokens make no plausible one.
    mutating func date(commentZone: Int?) -> (value: MailDate, isZoneMissing: Bool)? {
        resolveNumericMonth()
        guard let year, let month, let day, let days = days(year: year, month: month, day: day),
            let second = secondOfDay()
        else { return nil }
        let named = isNumericZoneUnknown ? nil : namedZone ?? commentZone
        let zone = isUnstatedZone ? nil : numericZone ?? named
        let seconds = days * 86_400 + second - (zone ?? 0) * 60
        guard Self.plausible.contains(seconds) else { return nil }
        let date = MailDate(instant: Timestamp(milliseconds: Int64(seconds) * 1000), offsetMinutes: zone)
        return (date, zone == nil && !isUnstatedZone)
    }

    /// Of `17-6-2008` and `6/17/2008` only one reading is possible; `5/6/2008` has two, which is none.
    private mutating func resolveNumericMonth() {
        guard isMonthNumeric, !isYearFirst, let first = day, let second = month, first != second else {
            return
        }
        if second > 12 {
            (month, day) = (first, second)
        } else if first <= 12 {
            (month, day) = (nil, nil)
        }
    }

    /// The years 1 to 9999, as seconds since 1970.
    private static let plausible =
        CivilTime.days(year: 1, month: 1, day: 1) * 86_400..<CivilTime.days(year: 10_000, month: 1, day: 1)
        * 86_400

    private func days(year: Int, month: Int, day: Int) -> Int? {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        let first = CivilTime.days(year: year, month: month, day: 1)
        let next =
            month == 12
            ? CivilTime.days(year: year + 1, month: 1, day: 1)
            : CivilTime.days(year: year, month: month + 1, day: 1)
        return day <= next - first ? first + day - 1 : nil
    }

    /// Seconds since midnight; `nil` when the hour makes no sense.
    ///
    /// A leap second is the second before it; a minute or second that no hour has, and 24:00, are midnight.
    private mutating func secondOfDay() -> Int? {
        guard var hour = clock.first else { return 0 }
        let minute = clock.count > 1 ? clock[1] : 0
        var second = clock.count > 2 ? clock[2] : 0
        if let isAfternoon, hour <= 12 { hour = hour % 12 + (isAfternoon ? 12 : 0) }
        guard hour <= 24 else { return nil }
        if hour == 23, minute == 59, second == 60 { second = 59 }
        guard hour < 24, minute < 60, second < 60 else {
            hasImpossibleTime = true
            return 0
        }
        return hour * 3600 + minute * 60 + second
    }
}
