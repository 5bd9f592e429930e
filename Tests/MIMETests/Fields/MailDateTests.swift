import MIME
import Testing

@Suite struct MailDateTests {
    private func read(_ field: String) -> (date: String?, codes: [DefectCode]) {
        var defects = DefectLog()
        let date = MailDate(parsing: Array(field.utf8).span, defects: &defects)
        return (date?.rfc3339, defects.entries.map(\.code))
    }

    @Test(arguments: [
        ("Mon, 23 Nov 2026 21:14:02 +0100", "2026-11-23T21:14:02+01:00"),
        ("23 Nov 2026 21:14 -0330", "2026-11-23T21:14:00-03:30"),
        ("Mon, 23 Nov 2026 21:14:02 GMT", "2026-11-23T21:14:02+00:00"),
        ("Mon, 23 Nov 2026 21:14:02 -0000", "2026-11-23T21:14:02Z"),
        ("Mon,\r\n 23\r\n Nov (now)\r\n 2026 21(h):14 : 02\r\n (c) +0100", "2026-11-23T21:14:02+01:00"),
        ("1 Jan 0001 00:00:00 +0000", "0001-01-01T00:00:00+00:00"),
        ("31 Dec 9999 23:59:59 +0000", "9999-12-31T23:59:59+00:00"),
        ("29 Feb 2024 12:00:00 +0000", "2024-02-29T12:00:00+00:00"),
    ]) func `dates as they should be`(field: String, date: String) {
        #expect(read(field).date == date)
        #expect(read(field).codes == [])
    }

    @Test(arguments: [
        ("3 Mar 99 10:20:30 +0000", "1999-03-03T10:20:30+00:00"),
        ("3 Mar 50 10:20:30 +0000", "1950-03-03T10:20:30+00:00"),
        ("3 Mar 49 10:20:30 +0000", "2049-03-03T10:20:30+00:00"),
        ("3 Mar 103 10:20:30 +0000", "2003-03-03T10:20:30+00:00"),
        ("Mar 3, 2021 10:20:30 PM +0200", "2021-03-03T22:20:30+02:00"),
        ("3 march 2021 12:20:30am +0200", "2021-03-03T00:20:30+02:00"),
        ("Wed Mar  3 10:20:30 2021", "2021-03-03T10:20:30Z"),
        ("Wed Mar 3 10:20:30 EST 2021", "2021-03-03T10:20:30-05:00"),
        ("2021-03-03T10:20:30Z", "2021-03-03T10:20:30+00:00"),
        ("2021-03-03T10:20:30.125+05:30", "2021-03-03T10:20:30+05:30"),
        ("2021 Mar 3 10:20", "2021-03-03T10:20:00Z"),
        ("3-Mar-2021 10:20:30 -0500", "2021-03-03T10:20:30-05:00"),
        ("30-6-2021 10:20:30", "2021-06-30T10:20:30Z"),
        ("6/30/2021 10:20:30", "2021-06-30T10:20:30Z"),
        ("Mar, 02 Apr 2021 10:20:30 +0000", "2021-04-02T10:20:30+00:00"),
        ("3 Mar 2021", "2021-03-03T00:00:00Z"),
        ("from a by b id c; Wed, 3 Mar 2021 10:20:30 +0000", "2021-03-03T10:20:30+00:00"),
        ("Wed, 3 Mar 2021 10:20:30 +0000;", "2021-03-03T10:20:30+00:00"),
        ("Wed, 3 Mar 2021 10:20:30 +0000 (a; b) ;; (c)", "2021-03-03T10:20:30+00:00"),
    ]) func `dates as they are`(field: String, date: String) {
        #expect(read(field).date == date)
    }

    @Test(arguments: [
        ("-600", "-06:00"), ("+1", "+01:00"), ("0200", "+02:00"), ("400", "+04:00"), ("cst", "-06:00"),
        ("UT", "+00:00"),
        ("Z", "+00:00"), ("GMT+0100", "+01:00"), ("(EDT) -0400", "-04:00"), ("+0530 (IST)", "+05:30"),
        ("(PDT)", "-07:00"),
        ("JST", "+09:00"), ("CEST", "+02:00"), ("+05:45", "+05:45"), ("-00:30", "-00:30"), ("", "Z"),
        ("QXT", "Z"), ("A", "Z"),
        ("(Friday)", "Z"), ("-123456789012345678901", "Z"), ("+2960", "Z"),
    ]) func `zones`(zone: String, offset: String) {
        #expect(read("5 May 2020 01:02:03 \(zone)").date == "2020-05-05T01:02:03\(offset)")
    }

    @Test(arguments: [
        ("23:59:60", "23:59:59"), ("24:00:00", "00:00:00"), ("10:20:61", "00:00:00"),
        ("10:60:00", "00:00:00"),
    ]) func `times that no day has`(time: String, read expected: String) {
        #expect(read("5 May 2020 \(time) +0000").date == "2020-05-05T\(expected)+00:00")
    }

    @Test(arguments: [
        "", "soon", "32 Jan 2020 00:00:00 +0000", "30 Feb 2020 00:00:00 +0000", "29 Feb 2021 00:00:00",
        "5 Foo 2020 00:00:00",
        "5 00 2020 00:00:00 +0000", "5/6/2020", "1 2 3 4", "5 May 12345 00:00:00",
        "5 May 2020 59:10 +0000", "5 May 0000 10:00",
        "5 May 2020 25:00:00", "1 Jan 0001 00:00:00 +0100", "\u{0}", "99999999999999999999 May 2020",
    ]) func `no plausible date is none`(field: String) {
        let result = read(field)
        #expect(result.date == nil)
        #expect(result.codes == [.invalidDate])
    }

    @Test func `a missing zone is reported`() {
        #expect(read("5 May 2020 10:00:00").codes == [.unknownZone])
        #expect(read("5 May 2020 10:00:00 QXT").codes == [.unknownZone])
    }
}
