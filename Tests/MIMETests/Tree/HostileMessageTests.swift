import Glibc
import MIME
import Testing

@Suite struct HostileMessageTests {
    static let small = octets(
        """
        From: "A" <a@b>, =?utf-8?q?=C3=A4?= <c@d>
        Subject: =?iso-8859-1?b?5A==?= x
        Content-Type: multipart/mixed; boundary="b"

        --b
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        <p>=C3=A4 &amp; <img src="cid:i@x"> =
        --b
        Content-Type: image/png; name*=utf-8''%C3%A4.png
        Content-Transfer-Encoding: base64
        Content-ID: <i@x>

        iVBORw0K=
        --b
        Content-Type: message/rfc822

        Subject: in

        begin 644 f
        #86)C
        end
        --b--
        """)

    @Test func `every prefix of a message is read`() {
        for length in 0...Self.small.count { touchAll(Array(Self.small[..<length])) }
    }

    @Test(arguments: [0x00, 0x0A, 0x0D, 0x22, 0x28, 0x2D, 0x3A, 0x3D, 0x41, 0xFF] as [UInt8])
    func `every message with one octet changed is read`(octet: UInt8) {
        for index in Self.small.indices {
            var changed = Self.small
            changed[index] = octet
            touchAll(changed)
        }
    }

    /// Hostile messages of about so many octets.
    static let shapes: [(name: String, make: @Sendable (Int) -> String)] = [
        ("one long field", { "Subject: " + String(repeating: "x ", count: $0 / 2) }),
        ("a folded field", { "Subject: a" + String(repeating: "\n b", count: $0 / 3) }),
        ("many fields", { String(repeating: "a: b\n", count: $0 / 5) }),
        ("lines of blanks", { "Subject: a\n" + String(repeating: " \n", count: $0 / 2) }),
        ("blank lines", { String(repeating: "\n", count: $0) + "Subject: a\n\n" }),
        ("junk lines", { "Subject: a\n" + String(repeating: "junk\n", count: $0 / 5) }),
        ("encoded words", { "Subject: " + String(repeating: "=?utf-8?q?a?= ", count: $0 / 14) }),
        ("open comments", { "From: " + String(repeating: "(", count: $0) }),
        ("open quotes", { "From: " + String(repeating: "\"a, ", count: $0 / 4) }),
        (
            "parts",
            {
                "Content-Type: multipart/mixed; boundary=b\n\n"
                    + String(repeating: "--b\n\nx\n", count: $0 / 7)
            }
        ),
        (
            "phantoms",
            { "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: "--b\n", count: $0 / 4) }
        ),
        (
            "nesting",
            { size in
                (0..<size / 60).map { "Content-Type: multipart/mixed; boundary=\"b\($0)\"\n\n--b\($0)\n" }
                    .joined()
            }
        ),
        ("messages in messages", { String(repeating: "Content-Type: message/rfc822\n\n", count: $0 / 30) }),
        (
            "padding",
            { "Content-Transfer-Encoding: base64\n\n" + String(repeating: "QQ==\n", count: $0 / 5) + "!" }
        ),
        (
            "escapes",
            { "Content-Transfer-Encoding: quoted-printable\n\n" + String(repeating: "=", count: $0) }
        ),
        ("tags", { "Content-Type: text/html\n\n" + String(repeating: "<a href=\"", count: $0 / 9) }),
        (
            "open tags",
            { "Content-Type: text/html\n\n" + String(repeating: "<ul><blockquote>x", count: $0 / 17) }
        ),
        ("references", { "Content-Type: text/html\n\n" + String(repeating: "cid:x&", count: $0 / 6) }),
        ("begin lines", { "Subject: a\n\n" + String(repeating: "begin 644 a\n!\n", count: $0 / 14) }),
    ]

    /// Hostile messages whose last part makes a reader look at the parts before it again and again.
    static let lookingBack: [(name: String, make: @Sendable (Int) -> String)] = [
        ("brackets behind an at", { "From: <" + times("a", $0 / 2) + "@" + times("<", $0 / 2) }),
        (
            "comments in a file name",
            { "Content-Disposition: attachment; filename=a" + times(" (x)", $0 / 4) + " y" }
        ),
        ("comments in a disposition", { "Content-Disposition: a" + times(" (x)", $0 / 4) + " y" }),
        ("semicolons in comments", { "Date: " + times(";(a", $0 / 4) + times(")", $0 / 4) + "x" }),
        (
            "quotes in a long tag",
            { "Content-Type: text/html\n\n<a" + times(" ", 8 << 10) + times("\"", $0) }
        ),
        (
            "files without an end",
            { "Subject: a\n\n" + times("begin 644 a\n#86)C\nno data\n", 100) + times("lines\n", $0 / 6) }
        ),
        (
            "one parameter among many",
            { size in
                "Content-Type: a/b" + (0..<254).map { "; p\($0)=v" }.joined() + times("; zz=1", size / 6)
            }
        ),
        (
            "lines that are nearly delimiters",
            { size in
                let boundary = times("b", 60)
                let nested = (100..<200).map {
                    "Content-Type: multipart/mixed; boundary=\(boundary)\($0)\n\n--\(boundary)\($0)\n"
                }
                return nested.joined() + "\n" + times("--\(boundary)999\n", size / 66)
            }
        ),
    ]

    private static func times(_ piece: String, _ count: Int) -> String {
        String(repeating: piece, count: count)
    }

    @Test(arguments: (shapes + lookingBack).indices)
    func `time grows with the size, not with its square`(index: Int) {
        let (name, make) = (Self.shapes + Self.lookingBack)[index]
        _ = cost(make(2_000))
        let (small, large) = (cost(make(20_000)), cost(make(80_000)))
        #expect(
            large < small * 8 + 20_000_000,
            "\(name): \(small) ns, four times the size \(large) ns")
    }

    @Test func `windows are read a few times over, whatever the message`() throws {
        for shape in Self.shapes + Self.lookingBack {
            let octets = octets(shape.make(400_000))
            let source = CountingSource(octets)
            _ = try MessageParser().parse(source)
            #expect(source.octetsRead <= 5 * octets.count + (1 << 18), "\(shape.name)")
        }
    }

    /// Processor time of this thread for reading `message` whole, the best of three, in nanoseconds.
    private func cost(_ message: String) -> Int {
        let octets = octets(message)
        return (0..<3).map { _ in
            let start = now()
            touchAll(octets)
            return now() - start
        }.min() ?? 0
    }

    private func now() -> Int {
        var time = timespec()
        // Safe: the call fills the structure it is given.
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    /// Reads everything there is to a message.
    private func touchAll(_ octets: [UInt8]) {
        let message = parse(octets: octets)
        var log = message.log
        _ = message.summary(defects: &log)
        _ = message.receivedText
        _ = message.receivedHTML
        for part in message.parts where part.kind == .leaf { _ = message.content(part.index) }
        for attachment in (try? message.bodies().attachments) ?? [] { _ = message.content(of: attachment) }
        #expect(message.defects(in: log).count <= 101)
    }
}
