import HTTPTransfer
import Testing

@Suite struct WebURLTests {
    @Test(arguments: [
        ("https://app.example.com/hooks?a=b", "https", "app.example.com", "443", false),
        ("http://EXAMPLE.com:8080", "http", "example.com", "8080", false),
        ("http://example.com./", "http", "example.com", "80", false),
        ("https://user:secret@example.com/x", "https", "example.com", "443", false),
        ("http://127.1/", "http", "127.0.0.1", "80", true),
        ("http://0x7f.1/", "http", "127.0.0.1", "80", true),
        ("http://017700000001/", "http", "127.0.0.1", "80", true),
        ("https://[::1]:8443/x", "https", "::1", "8443", true),
    ])
    func `a URL is cut as libcurl cuts it`(
        text: String, scheme: String, host: String, port: String, isAddress: Bool
    ) throws {
        let url = try WebURL(text)
        #expect(url.scheme == scheme)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect((url.address != nil) == isAddress)
    }

    @Test(arguments: [
        ("ftp://example.com/", TransferError.BadURL.scheme), ("file:///etc/passwd", .scheme),
        ("https://example.com/#top", .fragment), ("https://exa mple.com/", .malformed),
        ("https://example.com/\r\nx: y", .malformed), ("", .malformed), ("example.com/hook", .malformed),
        ("https://", .malformed), ("https://example.com:99999/", .malformed),
    ])
    func `a URL that cannot be used says why`(text: String, reason: TransferError.BadURL) {
        #expect(throws: TransferError.badURL(reason)) { try WebURL(text) }
    }

    @Test(arguments: [
        ("x-team", "mail", true), ("X-Empty", "", true), ("x-tab", "a\tb", true), ("x-utf8", "Grüße", true),
        ("x y", "v", false), ("", "v", false), ("x:y", "v", false), ("x", "a\r\nb: c", false),
        ("x", "a\nb", false),
        ("x", "a\u{0}b", false), ("Host", "evil", false), ("content-length", "5", false),
        ("Transfer-Encoding", "chunked", false), ("expect", "100-continue", false),
    ])
    func `a header is sendable when it can neither break out nor belongs to the engine`(
        name: String, value: String, isSendable: Bool
    ) {
        #expect(RequestHeader.isSendable(name: name, value: value) == isSendable)
    }
}
