import MIME
import Testing

@Suite struct PartTreeTests {
    @Test func `parts are numbered as IMAP does`() {
        let message = parse(
            """
            Content-Type: multipart/mixed; boundary=a

            preamble
            --a
            Content-Type: multipart/alternative; boundary="b"

            --b

            plain
            --b
            Content-Type: text/html

            <p>
            --b--
            --a
            Content-Type: message/rfc822

            Subject: inner
            Content-Type: multipart/mixed; boundary=c

            --c

            x
            --c--
            --a--
            epilogue
            """)
        #expect(
            message.shape == [
                "0 multipart/mixed ", "1 multipart/alternative 1", "2 text/plain 1.1", "2 text/html 1.2",
                "1 message/rfc822 2", "2 multipart/mixed 2.TEXT", "3 text/plain 2.1",
            ])
        #expect(message.content(2) == "plain")
        #expect(message.content(6) == "x")
        #expect(message.codes == [])
        #expect(message.children(of: message.root).map(\.index) == [1, 4])
        #expect(parse("Subject: one\n\nx").shape == ["0 text/plain 1"])
    }

    /// A message with the boundary `b`, and the contents of its parts.
    static let boundaries: [(name: String, body: String, contents: [String], codes: [DefectCode])] = [
        ("blanks behind", "--b \t\n\nx\n--b-- \n", ["x"], []),
        ("prefix", "--b\n\nx\n--bc\ny\n--b--\n", ["x\r\n--bc\r\ny"], []),
        ("in the middle of a line", "--b\n\nx --b\n--b--\n", ["x --b"], []),
        ("text behind it", "--b\n\nx\n--b text\n--b--\n", ["x\r\n--b text"], []),
        ("unclosed", "--b\n\nx\n", ["x\r\n"], [.unclosedMultipart]),
        ("at the very end", "--b\n\nx\n--b\n", ["x"], [.emptyDelimiter, .unclosedMultipart]),
        ("twice in a row", "--b\n--b\n\nx\n--b--\n", ["x"], [.emptyDelimiter]),
        ("an empty part", "--b\n\n--b\n\nx\n--b--\n", ["", "x"], []),
        ("no blank line", "--b\ntext\n--b--\n", ["text"], [.headerWithoutBlankLine]),
        ("parts behind the end", "--b\n\nx\n--b--\n--b\n\ny\n", ["x"], []),
        ("nothing behind the header", "--b\nContent-Type: text/plain\n--b--\n", [""], []),
    ]

    @Test(arguments: boundaries.indices) func `a delimiter is a whole line`(index: Int) {
        let test = Self.boundaries[index]
        let message = parse("Content-Type: multipart/mixed; boundary=b\n\n" + test.body)
        #expect(message.parts.dropFirst().map { message.content($0.index) } == test.contents, "\(test.name)")
        #expect(message.codes == test.codes, "\(test.name)")
    }

    @Test func `of two containers with one boundary the inner one owns it`() {
        let message = parse(
            """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: multipart/alternative; boundary=b

            --b

            x
            --b--
            --b

            y
            --b--
            """)
        #expect(
            message.shape.map { String($0.prefix(8)) } == ["0 multip", "1 multip", "2 text/p", "1 text/p"])
    }

    @Test func `a wrong inner end belongs to the parent's delimiter`() {
        let message = parse(
            """
            Content-Type: multipart/mixed; boundary=ab

            --ab
            Content-Type: multipart/mixed; boundary=a

            --a

            x
            --ab

            y
            --ab--
            """)
        #expect(message.parts.map(\.depth) == [0, 1, 2, 1])
        #expect(message.content(2) == "x")
        #expect(message.codes == [.unclosedMultipart])
    }

    @Test(arguments: ["multipart/mixed", "multipart/mixed; boundary=never"])
    func `a multipart that cannot be taken apart is one leaf and the text`(type: String) {
        let message = parse("Content-Type: \(type)\n\nhello\n")
        #expect(message.parts.count == 1)
        #expect(message.parts[0].kind == .leaf)
        #expect(message.receivedText == "hello\n")
        #expect(message.codes == [type.contains("never") ? .boundaryNotFound : .missingBoundary])
    }

    @Test func `parts of a digest are messages`() {
        let message = parse(
            "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: inner\n\nx\n--b\nContent-Type: text/plain\n\ny\n--b--\n"
        )
        #expect(
            message.shape == [
                "0 multipart/digest ", "1 message/rfc822 1", "2 text/plain 1.1", "1 text/plain 2",
            ])
        var log = DefectLog()
        #expect(
            message.embeddedRoot(of: message.parts[1]).flatMap { message.subject(of: $0, defects: &log) }
                == "inner")
    }

    @Test func `encoded messages are opened, to any depth`() {
        // "Content-Type: message/rfc822\n…base64" around "Subject: deep\n\nhello".
        let inner = "U3ViamVjdDogZGVlcAoKaGVsbG8="
        let outer = """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: message/rfc822
            Content-Transfer-Encoding: base64

            Q29udGVudC1UeXBlOiBtZXNzYWdlL3JmYzgyMgpDb250ZW50LVRyYW5zZmVyLUVuY29kaW5nOiBiYXNlNjQKClUzVmlhbVZqZERvZ1pHVmxjQW9LYUdWc2JHOD0=
            --b

            after
            --b--
            """
        #expect(outer.contains("UzVmlhbVZq") || !inner.isEmpty)
        let message = parse(outer)
        #expect(
            message.shape == [
                "0 multipart/mixed ", "1 message/rfc822 1", "2 message/rfc822 1.1", "3 text/plain 1.1.1",
                "1 text/plain 2",
            ])
        #expect(message.content(3) == "hello")
        #expect(message.content(4) == "after")
        #expect(message.codes == [.encodedMessage, .encodedMessage])
        let tight = ParseLimits.standard.with { $0.embedded = 10 }
        #expect(parse(outer, limits: tight).codes == [.embeddedTooLarge])
    }

    @Test func `depth and number of parts are limited`() {
        let limits = ParseLimits.standard.with {
            $0.depth = 3
            $0.parts = 5
        }
        let deep = String(
            (0..<10).map { "Content-Type: multipart/mixed; boundary=b\($0)\n\n--b\($0)\n" }.joined() + "\nx\n"
        )
        #expect(parse(deep, limits: limits).codes.contains(.depthLimit))
        #expect(parse(deep, limits: limits).parts.count == 4)
        let wide =
            "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: "--b\n\nx\n", count: 20)
        let message = parse(wide, limits: limits)
        #expect(message.parts.count == 5)
        #expect(message.codes.contains(.partsLimit))
        #expect(message.parts[4].end == octets(wide).count)
    }

    @Test func `an unreadable type is text, or octets when it is a file`() {
        #expect(parse("Content-Type: text\n\nx").root.contentType.mediaType == "text/plain")
        let file = parse("Content-Type: x-be2\nContent-Disposition: inline; filename=a.bin\n\nx")
        #expect(file.root.contentType.mediaType == "application/octet-stream")
        #expect(file.codes == [.invalidContentType])
    }
}

extension ParseLimits {
    /// These limits with a change.
    func with(_ change: (inout ParseLimits) -> Void) -> ParseLimits {
        var limits = self
        change(&limits)
        return limits
    }
}
