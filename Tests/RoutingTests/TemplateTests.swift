import Mail
import Routing
import Testing

@Suite struct TemplateTests {
    /// A URL, what was caught for `x`, and what comes out.
    static let urls: [(String, String, String)] = [
        ("https://h/a", "", "https://h/a"),
        ("HTTPS://H.Example/A?b=c", "", "https://h.example/A?b=c"),
        ("http://h:8080", "", "http://h:8080"),
        ("http://h/{x}", "42", "http://h/42"),
        (
            "http://h/{x}/y?q={x}", "a b/c?d&e=f#g%",
            "http://h/a%20b%2Fc%3Fd%26e%3Df%23g%25/y?q=a%20b%2Fc%3Fd%26e%3Df%23g%25"
        ),
        ("http://h/{x}/y", "\u{E9}", "http://h/%C3%A9/y"),
        ("http://h/{x}/y", "..", "http://h/%252E%252E/y"),
        ("http://h/{x}/y", ".", "http://h/%252E/y"),
        ("http://h/{x}/y", "a..b", "http://h/a..b/y"),
        ("http://h/{x}/y", "/../admin", "http://h/%2F%252E%252E%2Fadmin/y"),
        ("http://h/{x}/y", "a\\..", "http://h/a%5C%252E%252E/y"),
        ("http://h/{x}/y", "a/", "http://h/a%2F/y"),
        ("http://h/{x}", "a\r\nHost: evil", "http://h/a%0D%0AHost%3A%20evil"),
        ("http://h/stra\u{DF}e", "", "http://h/stra%C3%9Fe"),
        ("http://b\u{FC}cher.example/", "", "http://xn--bcher-kva.example/"),
        ("http://[::1]:80/{x}", "1", "http://[::1]:80/1"),
        ("http://u:p@h/{x}", "1", "http://u:p@h/1"),
        ("http://h/{{x}}", "1", "http://h/{x}"),
        ("http://h/{y}", "1", "http://h/"),
    ]

    @Test(arguments: urls) func `a capture stays in its place in a URL`(
        text: String, caught: String, url: String
    ) throws {
        #expect(try URLTemplate(text).render([Capture(name: "x", value: caught)]) == url)
    }

    static let mistakes: [(String, TemplateError)] = [
        ("", .notHTTP), ("h/a", .notHTTP), ("ftp://h/", .notHTTP), ("http:///a", .notHTTP),
        ("https:h", .notHTTP),
        ("http://{x}/", .captureInHost), ("http://h:{x}/", .captureInHost), ("http://{x}@h/", .captureInHost),
        ("http://h:0/", .badPort("0")), ("http://h:65536/", .badPort("65536")),
        ("http://h:x/", .badPort("x")),
        ("http://a b/", .badCharacter(offset: 8)), ("http://h/\n", .badCharacter(offset: 9)),
        ("http://h/#a", .fragment), ("http://[::g]/", .badHost("[::g]")), ("http://h,i/", .badHost("h,i")),
        ("http://h/{x", .unbalancedBrace(offset: 1)), ("http://h/}", .unbalancedBrace(offset: 1)),
        ("http://h/{a-b}", .badName("a-b", offset: 1)),
    ]

    @Test(arguments: mistakes) func `what is no URL is refused with the reason`(
        text: String, reason: TemplateError
    ) {
        #expect(throws: reason) { try URLTemplate(text) }
    }

    @Test func `a URL knows its parts and hides its password`() throws {
        let url = try URLTemplate("https://me:secret@app.example.com/hook?a=@")
        #expect(url.host == "app.example.com" && url.port == 443 && url.isHTTPS)
        #expect(url.shown == "https://***@app.example.com/hook?a=@")
        #expect(try URLTemplate("http://h/{a}?{b}").names == ["a", "b"])
    }

    @Test(arguments: ["me:p@ss", "m@e:pass", "@@@", "me:p%40ss", "ü:ß@"])
    func `nothing of a password is shown, whatever stands in it`(userInfo: String) throws {
        let url = try URLTemplate("https://\(userInfo)@app.example.com/hook?a=@{b}@")
        #expect(url.userInfo == userInfo)
        #expect(url.shown == "https://***@app.example.com/hook?a=@{b}@")
    }

    @Test func `a header value is one line`() throws {
        let header = try HeaderTemplate("Ticket {x}; {{raw}}")
        #expect(header.render([Capture(name: "x", value: "1\r\nX: y\u{0}")]) == "Ticket 1  X: y ; {raw}")
        #expect(throws: TemplateError.badCharacter(offset: 1)) { try HeaderTemplate("a\nb") }
    }
}
