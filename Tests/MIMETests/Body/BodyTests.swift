import MIME
import Testing

@Suite struct BodyTests {
    @Test func `an alternative with a picture has text, HTML and an inline attachment`() throws {
        let message = parse(
            """
            Content-Type: multipart/mixed; boundary=m

            --m
            Content-Type: multipart/related; boundary=r

            --r
            Content-Type: multipart/alternative; boundary=a

            --a
            Content-Type: text/plain

            plain
            --a
            Content-Type: text/html

            <img src="CID:pic%40x"><a href='cid:none'>
            --a--
            --r
            Content-Type: image/png; name="../../p:ic.png"
            Content-ID: <pic@x>
            Content-Disposition: attachment

            --r
            Content-Type: image/gif
            Content-ID: <other@x>

            --r--
            --m
            Content-Type: text/plain; name=notes.txt

            notes
            --m--
            """)
        let bodies = try message.bodies()
        #expect(message.receivedText == "plain")
        #expect(message.receivedHTML.contains("CID:pic"))
        #expect(!bodies.isTextFromHTML)
        #expect(bodies.attachments.map(\.isInline) == [true, false, false])
        #expect(bodies.attachments.map(\.filename) == ["p_ic.png", "attachment.gif", "notes.txt"])
        #expect(bodies.attachments.map(\.filenameRaw) == ["../../p:ic.png", nil, "notes.txt"])
    }

    @Test(arguments: ["<b@x>", "b@x"])
    func `the root of a multipart/related may be another part than the first`(start: String) throws {
        let message = parse(
            """
            Content-Type: multipart/related; start="\(start)"; boundary=r

            --r
            Content-Type: text/plain
            Content-ID: <a@x>

            data
            --r
            Content-Type: text/html
            Content-ID: <b@x>

            <a href="cid:a@x">data</a>
            --r--
            """)
        let bodies = try message.bodies()
        #expect(message.receivedHTML == "<a href=\"cid:a@x\">data</a>")
        #expect(bodies.attachments.map(\.contentID) == ["a@x"])
        #expect(bodies.attachments.map(\.isInline) == [true])
        let without = parse(
            "Content-Type: multipart/related; start=none; boundary=r\n\n--r\n\nfirst\n--r--\n")
        #expect(without.receivedText == "first")
    }

    @Test(arguments: [
        ("attachment", true), ("x-file; filename=a.txt", true), ("; filename=a.txt", true), ("x-file", false),
        ("inline", false), ("", false),
    ]) func `an unknown disposition with a file name is an attachment`(value: String, isAttached: Bool) throws
    {
        let message = parse("Content-Disposition: \(value)\n\nbody")
        #expect(try message.bodies().attachments.count == (isAttached ? 1 : 0))
        #expect(message.receivedText == (isAttached ? "" : "body"))
    }

    @Test(arguments: [
        ("<img src=\"cid:a b.png\">", "<a b.png>", true), ("<img src='cid:a%20b.png'>", "<a b.png>", true),
        ("<img src=cid:a b.png>", "<a>", true), ("<b style=\"background:url(cid:a)\">", "a", true),
        ("<img src=\"cid:a&amp;b\">", "<a&b>", true), ("<img src=\"cid:ab\">", "<a>", false),
        ("acid:a", "<a>", true), ("<img src=\"cidcid:a \">", "<a>", true),
    ]) func `HTML refers to parts`(html: String, id: String, isInline: Bool) throws {
        let message = parse(
            "Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n\(html)\n"
                + "--r\nContent-Type: image/png\nContent-ID: \(id)\n\n--r--\n")
        #expect(try message.bodies().attachments.map(\.isInline) == [isInline])
    }

    @Test func `HTML alone gives a text`() throws {
        let message = parse("Content-Type: text/html\n\n<p>Hi <b>there</b></p>")
        #expect(try message.bodies().isTextFromHTML)
        #expect(message.receivedText == "Hi there\n")
    }

    @Test func `texts one after the other are joined`() {
        let message = parse(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b\nContent-Type: text/html\n\n<p>x\n--b--\n"
        )
        #expect(message.receivedText == "one\ntwo\nx\n")
        #expect(message.receivedHTML == "<p>x")
    }

    @Test func `files inside a text are attachments, and the text stays`() throws {
        let text = "see\nbegin 644 a.txt\n%:&5L;&\\\n`\nend\nand begin 644 said he\n"
        for encoding in ["7bit", "quoted-printable"] {
            let message = parse("Content-Transfer-Encoding: \(encoding)\n\n" + text)
            let attachments = try message.bodies().attachments
            #expect(attachments.map(\.source) == [.uuencode])
            #expect(attachments.first?.filename == "a.txt")
            #expect(attachments.first.map { message.content(of: $0) } == "hello")
            #expect(message.receivedText == text)
        }
    }

    @Test func `a file without an end ends where its lines do`() throws {
        let message = parse("Subject: a\n\nbegin 644 a\n#86)C\nno data\n#86)C\n")
        let attachments = try message.bodies().attachments
        #expect(attachments.count == 1)
        #expect(attachments.first.map { message.content(of: $0) } == "abc")
    }

    static let flowed: [(delsp: Bool, text: String, joined: String)] = [
        (false, "one \ntwo\nthree\n", "one two\nthree\n"),
        (true, "one \ntwo\n", "onetwo\n"),
        (false, "> a \n> b\n>> c\nd\n", "> a b\n>> c\nd\n"),
        (false, "> a \nb\n", "> a \nb\n"),
        (false, " >not a quote\n  x\n", ">not a quote\n x\n"),
        (false, "a \n-- \nsignature\n", "a \n-- \nsignature\n"),
        (false, "end ", "end "),
    ]

    @Test(arguments: flowed.indices) func `flowed lines become paragraphs`(index: Int) {
        let test = Self.flowed[index]
        let type = "Content-Type: text/plain; format=Flowed" + (test.delsp ? "; DelSp=yes" : "")
        #expect(parse(type + "\n\n" + test.text).receivedText == test.joined)
    }

    static let html: [(html: String, text: String)] = [
        ("a<br>b<br/>c", "a\nb\nc\n"),
        ("<p>a</p><p>b</p>", "a\n\nb\n"),
        ("<div>a</div>\n<div> b </div>", "a\nb\n"),
        ("<ul><li>a<li>b</ul><ol><li>c<li>d</ol>", "- a\n- b\n\n1. c\n2. d\n"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n>\n>> b\n\nc\n"),
        (
            "<a href=\"https://x.example/?a=1&amp;b\">here</a> it is",
            "here <https://x.example/?a=1&b> it is\n"
        ),
        ("<a href='mailto:a@b'>a@b</a> <a href=\"#x\">top</a>", "a@b top\n"),
        ("<img src=x alt=\"a &quot;picture&quot;\">", "a \"picture\"\n"),
        ("<style>p{}</style><script>if(a<b){}</script><title>t</title>x<!-- <p>y -->z", "xz\n"),
        ("<pre>a\n  b</pre>", "a\n  b\n"),
        ("&lt;&#x41;&#66;&euro;&nbsp;&unknown; & &copy", "<AB€ &unknown; & ©\n"),
        ("1 < 2 <3 <", "1 < 2 <3 <\n"),
        ("<td>a</td><td>b</td>", "a b\n"),
        ("&#0;&#x110000;&#150;", "\u{FFFD}\u{FFFD}–\n"),
        ("", ""),
        ("<p", ""),
        ("<hr>x", "---\nx\n"),
        ("<DIV>a</DIV><FigCaption>b</FigCaption><sectionx>c</sectionx><STYLE>p{}</STYLE>", "a\nb\nc\n"),
        ("<p title='a>b' class=\"x'\">c</p><i title=a\"b>d", "c\n\nd\n"),
        // Found by the fuzzer `mime-html`: what was kept of a declaration went into the next reference.
        ("<!-- c -->&lt;<!DOCTYPE html>&gt;<?xml?>&amp", "<>&\n"),
    ]

    @Test(arguments: html.indices) func `HTML becomes text`(index: Int) {
        let test = Self.html[index]
        var converter = HTMLText()
        var text: [UInt8] = []
        converter.decode(Array(test.html.utf8).span, into: &text)
        converter.finish(into: &text)
        #expect(String(decoding: text, as: UTF8.self) == test.text)
        var byOctet = HTMLText()
        var same: [UInt8] = []
        for octet in test.html.utf8 { byOctet.decode([octet].span, into: &same) }
        byOctet.finish(into: &same)
        #expect(same == text)
    }

    static let names: [(raw: String?, type: String, safe: String)] = [
        (nil, "image/png", "attachment.png"), ("", "x/y", "attachment.bin"),
        ("C:\\temp\\a.txt", "x/y", "a.txt"),
        ("../../etc/passwd", "x/y", "passwd"), ("a/", "text/plain", "a"),
        ("..", "text/plain", "attachment.txt"),
        ("a\r\nb\u{0}.txt", "x/y", "ab.txt"), ("gpj.\u{202E}exe", "x/y", "gpj.exe"),
        ("con.txt", "x/y", "_con.txt"),
        (".htaccess", "x/y", "htaccess"), ("ä ö.pdf", "x/y", "ä ö.pdf"),
        ("a<b>|c?.txt", "x/y", "a_b__c_.txt"),
    ]

    @Test(arguments: names.indices) func `file names are safe`(index: Int) {
        let test = Self.names[index]
        #expect(safeFilename(test.raw, mediaType: test.type) == test.safe)
        let long = safeFilename(String(repeating: "ä", count: 300) + ".jpeg", mediaType: "x/y")
        #expect(long.utf8.count <= 200 && long.hasSuffix(".jpeg"))
    }

    static let magic: [(octets: [UInt8], type: String?)] = [
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0], "image/png"),
        (Array("%PDF-1.7".utf8), "application/pdf"),
        (Array("RIFF1234WEBP".utf8), "image/webp"), (Array("RIFF1234".utf8), nil),
        (Array("PK\u{3}\u{4}".utf8), "application/zip"),
        (
            Array("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0, count: 26) + Array("word/x".utf8),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        ),
        (Array("\n <!DOCTYPE HTML>".utf8), "text/html"), (Array("hello".utf8), nil), ([], nil),
        ([UInt8](repeating: 0x41, count: 257) + Array("ustar".utf8), "application/x-tar"),
    ]

    @Test(arguments: magic.indices) func `types are known by their first octets`(index: Int) {
        let octets = Self.magic[index].octets
        let found = mediaType(ofFirst: octets.span)
        #expect(found == Self.magic[index].type)
    }
}
