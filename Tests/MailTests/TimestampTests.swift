import Mail
import Testing

@Suite struct TimestampTests {
    static let instants: [(Int64, String, String)] = [
        (0, "1970-01-01T00:00:00.000Z", "Thu, 1 Jan 1970 00:00:00 +0000"),
        (-1, "1969-12-31T23:59:59.999Z", "Wed, 31 Dec 1969 23:59:59 +0000"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z", "Tue, 29 Feb 2000 00:00:00 +0000"),
        (1_795_464_845_123, "2026-11-23T20:14:05.123Z", "Mon, 23 Nov 2026 20:14:05 +0000"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z", "Fri, 31 Dec 9999 23:59:59 +0000"),
        (253_402_300_800_000, "10000-01-01T00:00:00.000Z", "Sat, 1 Jan 10000 00:00:00 +0000"),
        (-62_135_596_800_000, "0001-01-01T00:00:00.000Z", "Mon, 1 Jan 0001 00:00:00 +0000"),
    ]

    @Test(arguments: instants) func `an instant is written by both standards`(
        milliseconds: Int64, rfc3339: String, rfc5322: String
    ) {
        let instant = Timestamp(milliseconds: milliseconds)
        #expect(instant.rfc3339 == rfc3339)
        #expect(instant.rfc5322 == rfc5322)
    }

    @Test(arguments: [-800_000, -1, 0, 1, 58, 59, 60, 365, 11_016, 146_097, 2_932_896])
    func `days and dates are the same thing`(days: Int) {
        let time = CivilTime(Timestamp(milliseconds: Int64(days) * 86_400_000))
        #expect(CivilTime.days(year: time.year, month: time.month, day: time.day) == days)
    }

    @Test func `sums stay in range`() {
        let last = Timestamp(milliseconds: .max)
        #expect(last + .seconds(1) == last)
        #expect(Timestamp(milliseconds: .min) + .seconds(-1) == Timestamp(milliseconds: .min))
        #expect(last - Timestamp(milliseconds: -1) == .milliseconds(Int64.max))
        #expect(Timestamp(milliseconds: 1500) - Timestamp(milliseconds: 500) == .seconds(1))
        #expect(Timestamp(milliseconds: -1).seconds == -1)
    }
}
