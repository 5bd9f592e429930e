import MIME
import Testing

@Suite struct ContentTypeTests {
    private func type(_ field: String) -> (type: ContentType, codes: [DefectCode]) {
        var defects = DefectLog()
        let type = ContentType(parsing: Array(field.utf8).span, in: FieldContext(), defects: &defects)
        return (type, defects.entries.map(\.code))
    }

    @Test(arguments: [
        ("text/plain", "text/plain"), (" TEXT/Html ; charset=x", "text/html"),
        ("application/vnd.a-b+json", "application/vnd.a-b+json"),
        ("multipart/mixed boundary=x", "multipart/mixed"),
        ("application/pdf\r\n name=\"a\"", "application/pdf"),
        ("text/plain/more", "text/plain"), ("text/plain (comment)", "text/plain"),
        ("(comment) text/plain", "text/plain"),
        ("text/plain;;", "text/plain"), ("a/b\"c\"", "a/b"),
    ]) func `types`(field: String, mediaType: String) {
        let result = type(field).type
        #expect(result.mediaType == mediaType)
        #expect(result.isValid)
    }

    @Test(arguments: [
        "", "text", "text plain", "/", "text/", "/plain", "text /plain", "<html>", "té/xt", "text/té", ";",
        "\"text/html\"",
    ])
    func `types that are none`(field: String) {
        let result = type(field + "; charset=utf-8")
        #expect(result.type.mediaType == "text/plain")
        #expect(!result.type.isValid)
        #expect(result.type.parameters["charset"] == "utf-8")
        #expect(result.codes.contains(.invalidContentType))
    }

    @Test(
        arguments: [
            ("; charset=utf-8", "charset", "utf-8"), ("; CHARSET = \"UTF-8\" (c)", "charset", "UTF-8"),
            (";charset=us-ascii (plain)", "charset", "us-ascii"),
            ("; a=b; a=c", "a", "b"), ("; a=\"b;c\"; d=e", "a", "b;c"), ("; a=\"b;c\"; d=e", "d", "e"),
            ("; a=b\r\n c=d", "a", "b"),
            ("; a=b\r\n c=d", "c", "d"), (" a=b", "a", "b"), ("; junk; a=b", "a", "b"),
            ("; =x; a=b", "a", "b"), ("; a=\"b", "a", "b"),
            ("; a=\"b\r\n c=\"d\"", "a", "b\r\n c=".replacing("\r\n", with: "")), ("; a=", "a", ""),
            ("; a=\"\"", "a", ""), ("; a", "b", nil),
            ("; boundary=gc0p4Jq0M2Yt08j:0U53==", "boundary", "gc0p4Jq0M2Yt08j:0U53=="),
            ("; a=\"b\"c; d=e", "a", "b"), ("; a=b c; d=e", "d", "e"),
        ] as [(String, String, String?)]) func `parameters`(field: String, name: String, value: String?)
    {
        #expect(type("text/plain" + field).type.parameters[name] == value)
    }

    @Test func `a boundary is compared as sent`() {
        let octets = Array("multipart/mixed; boundary=\"=?utf-8?Q?a?= ".utf8) + [0xFC, 0x22]
        var defects = DefectLog()
        let result = ContentType(parsing: octets.span, in: FieldContext(), defects: &defects)
        #expect(result.parameters.octets("boundary") == Array("=?utf-8?Q?a?= ".utf8) + [0xFC])
        #expect(type("a/b; boundary=x").type.parameters.octets("boundary") == [0x78])
        #expect(type("a/b").type.parameters.octets("boundary") == nil)
    }

    @Test func `parameters and segments are limited`() {
        let many = (0..<300).map { "; a\($0)=b" }.joined()
        #expect(type("a/b" + many).type.parameters.list.count == 256)
        #expect(type("a/b" + many).codes == [.parameterLimit])
        let segments = (0..<1100).map { "; a*\($0)=b" }.joined()
        #expect(type("a/b" + segments).type.parameters["a"] == String(repeating: "b", count: 1000))
    }

    @Test(arguments: [
        ("attachment", "attachment"), (" INLINE ; filename=x", "inline"), ("", ""), ("; filename=x", ""),
        ("attachment filename=x", "attachment"),
        ("=?utf-8?Q?attachment=3B_filename=3Dx?=", "attachment"),
        ("attachment\r\n\t;filename=x", "attachment"),
    ]) func `dispositions`(field: String, value: String) {
        var defects = DefectLog()
        let result = ContentDisposition(
            parsing: Array(field.utf8).span, in: FieldContext(), defects: &defects)
        #expect(result.value == value)
        if field.contains("filename") { #expect(result.parameters["filename"] == "x") }
    }
}
