import MIME
import Testing

@Suite struct HeaderBlockTests {
    /// A message, its subject, its body and what is wrong with it.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let message: String
        let subject: String?
        let body: String
        let codes: [DefectCode]
    }

    static let cases = [
        Case(
            testDescription: "plain", message: "Subject: a\n\nbody\n", subject: "a", body: "body\r\n",
            codes: []),
        Case(
            testDescription: "folded, and a blank before the colon",
            message: "Subject : a\n b\n\nbody", subject: "a b", body: "body", codes: [.invalidFieldName]),
        Case(
            testDescription: "blank lines first", message: "\n \nSubject: a\n\nbody", subject: "a",
            body: "body",
            codes: [.blankBeforeHeader]),
        Case(
            testDescription: "a blank before the first field", message: "  Subject: a\n\nbody", subject: "a",
            body: "body", codes: [.blankBeforeHeader]),
        Case(
            testDescription: "mbox separator", message: "From a@b Mon Jan  1\n>From x\nSubject: a\n\nbody",
            subject: "a",
            body: "body", codes: [.headerJunk]),
        Case(
            testDescription: "first line of junk", message: "HELO there\nSubject: a\n\nbody", subject: "a",
            body: "body",
            codes: [.headerJunk]),
        Case(
            testDescription: "first line of junk, indented", message: " there\nSubject: a\n\nbody",
            subject: "a", body: "body", codes: [.headerJunk]),
        Case(
            testDescription: "indented text and no field", message: " there\nis: none\n\nbody", subject: nil,
            body: "body", codes: [.headerJunk]),
        Case(
            testDescription: "junk between fields", message: "To: x@y\njunk\nmore\nSubject: a\n\nbody",
            subject: "a",
            body: "body", codes: [.headerJunk]),
        Case(
            testDescription: "damaged fields before the blank line",
            message: "Subject: a\n: what\nx y=z\n\nbody",
            subject: "a", body: "body", codes: [.headerJunk]),
        Case(
            testDescription: "no blank line", message: "Subject: a\nbody text\nmore\n", subject: "a",
            body: "body text\r\nmore\r\n", codes: [.headerWithoutBlankLine]),
        Case(
            testDescription: "no header", message: "Hello\nworld", subject: nil, body: "Hello\r\nworld",
            codes: [.headerWithoutBlankLine]),
        Case(
            testDescription: "a line of blanks ends the header", message: "Subject: a\n \nbody: is this\n",
            subject: "a",
            body: "", codes: []),
        Case(
            testDescription: "a line of blanks, then text", message: "Subject: a\n \t\nbody text\n",
            subject: "a",
            body: "body text\r\n", codes: [.blankLineWithSpaces]),
        Case(
            testDescription: "a line of blanks, then the empty line", message: "Subject: a\n \n\nbody",
            subject: "a", body: "body", codes: []),
        Case(
            testDescription: "lines of blanks inside a field", message: "Subject: a\n \n\t\n b\n\nbody",
            subject: "a \t b",
            body: "body", codes: []),
        Case(testDescription: "nothing", message: "", subject: nil, body: "", codes: [.emptyMessage]),
        Case(
            testDescription: "twice", message: "Subject: a\nSubject: b\n\nbody", subject: "a", body: "body",
            codes: [.duplicateHeader]),
        Case(testDescription: "header only", message: "Subject: a", subject: "a", body: "", codes: []),
        Case(
            testDescription: "byte order mark", message: "\u{FEFF}Subject: a\n\nbody", subject: "a",
            body: "body",
            codes: []),
    ]

    @Test(arguments: cases) func `a header block is read as far as it is one`(_ test: Case) {
        let message = parse(test.message)
        var log = DefectLog()
        #expect(message.summary(defects: &log).subject == test.subject)
        #expect(message.content(0) == test.body)
        #expect(message.codes == test.codes)
    }

    @Test(arguments: cases) func `windows read what memory reads`(_ test: Case) throws {
        let source = CountingSource(octets(test.message))
        let message = try MessageParser().parse(source)
        #expect(message.parts.map(\.body) == parse(test.message).parts.map(\.body))
        #expect(message.codes == test.codes)
    }

    @Test func `fields keep their place in the octets`() {
        let message = parse("\nTo: a@b\nX-Y:  folded\n value\n\n")
        let fields = message.fields(of: message.root)
        #expect(fields.map(\.offset) == [2, 11])
        var raw: [UInt8] = []
        message.appendRawValue(of: fields[fields.startIndex + 1], to: &raw)
        #expect(raw == octets("  folded\n value"))
        #expect(message.values(named: "x-y") == ["folded value"])
    }

    @Test(arguments: ["iso-2022-jp", "us-ascii"])
    func `raw ISO-2022-JP is read before a field is taken apart`(charset: String) {
        let name = "\u{1B}$B;3ED\u{1B}(B"
        let message = parse(
            "From: \(name) <a@b>\nSubject: \(name)\n =?utf-8?Q?=C3=A4?=\n"
                + "Content-Type: text/plain; charset=\(charset)\n\n")
        var log = DefectLog()
        let summary = message.summary(defects: &log)
        guard charset == "iso-2022-jp" else {
            #expect(summary.subject == "\(name) ä")
            return
        }
        #expect(summary.subject == "山田 ä")
        #expect(summary.from.mailboxes.map(\.name) == ["山田"])
        #expect(summary.from.mailboxes.map(\.address) == ["a@b"])
    }

    @Test func `limits cut a header and say so`() {
        var limits = ParseLimits()
        limits.headerBlock = 100
        limits.field = 40
        let long = parse("A: 1\nB: \(String(repeating: "x", count: 50))\nC: 3\n\nbody", limits: limits)
        #expect(long.codes == [.fieldTooLong])
        #expect(long.fields(of: long.root).count == 3)
        let many = parse(String(repeating: "A: 12345678\n", count: 20) + "\nbody", limits: limits)
        #expect(many.codes == [.headerTooLarge])
        #expect(many.fields(of: many.root).count == 7)
        #expect(many.content(0) == "body")
        limits.fields = 2
        #expect(parse("A: 1\nB: 2\nC: 3\n\nbody", limits: limits).codes == [.headersTruncated])
    }
}
