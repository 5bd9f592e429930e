import MIME
import Testing

@Suite struct FileNameTests {
    private func fileName(_ parameters: String) -> String? {
        var defects = DefectLog()
        let octets = Array("attachment; \(parameters)".utf8)
        return ContentDisposition(parsing: octets.span, in: FieldContext(), defects: &defects).parameters[
            "filename"]
    }

    @Test(arguments: [
        ("filename=a.txt", "a.txt"), ("filename=\"a b.txt\"", "a b.txt"),
        ("filename=a b c.txt; size=1", "a b c.txt"),
        ("filename=a\r\n b.txt", "a b.txt"), ("filename=a (1).txt", "a (1).txt"),
        ("filename=a.txt (a comment)", "a.txt"),
        ("filename=a.txt size=1", "a.txt"), ("filename=\"C:\\TEMP\\a.txt\"", "C:\\TEMP\\a.txt"),
        ("filename=\"a\\\"b.txt\"", "a\"b.txt"),
        ("filename=\"\\\\server\\a.txt\"", "\\server\\a.txt"), ("filename=\"C:\\TEMP\\\"", "C:\\TEMP"),
        ("filename=\"a.txt", "a.txt"),
        ("filename=\"a.txt\r\n size=1", "a.txt"), ("filename=\"", "\""), ("filename=", ""),
        ("filename=\"ü.txt\"", "ü.txt"),
    ]) func `plain names`(parameters: String, name: String) {
        #expect(fileName(parameters) == name)
    }

    @Test(arguments: [
        ("filename=\"=?utf-8?Q?=C3=BC.txt?=\"", "ü.txt"), ("filename==?utf-8?B?w7wudHh0?=", "ü.txt"),
        ("filename==?utf-8?Q?a;b.txt?=", "a;b.txt"),
        ("filename=\"=?utf-8?B?w7w=?=\r\n =?utf-8?Q?.txt?=\"", "ü.txt"),
        ("filename=\"=?utf-8?B?w7w=?=\"\r\n \"=?utf-8?Q?.txt?=\"", "ü.txt"),
        ("filename*=\"=?utf-8?Q?=C3=BC.txt?=\"", "ü.txt"),
        ("filename*0=\"=?utf-8?Q?=C3\"; filename*1=\"=BC.txt?=\"", "ü.txt"),
    ]) func `encoded words in names`(parameters: String, name: String) {
        #expect(fileName(parameters) == name)
    }

    @Test(arguments: [
        ("filename*=utf-8''%C3%BC.txt", "ü.txt"), ("filename*=iso-8859-1'de'%fc.txt", "ü.txt"),
        ("filename*=''a%20b", "a b"),
        ("filename*=%41", "A"), ("filename*=utf-8'%41", "A"), ("filename*=O'Neil", "O'Neil"),
        ("filename*=utf-8''50%", "50%"),
        ("filename*=utf-8''%zz%4", "%zz%4"), ("filename*=\"utf-8''%41\"", "A"),
        ("filename*=nosuch''%C3%BC", "ü"),
        ("filename*0=a; filename*1=b", "ab"), ("filename*1=b; filename*0=a", "ab"),
        ("filename*0*=utf-8''%C3; filename*1*=%BC", "ü"),
        ("filename*0*=utf-8''%41; filename*1=\"%42'c\"", "A%42'c"),
        ("filename*0=it's; filename*1='ok'", "it's'ok'"),
        ("filename*0=a; filename*0=x; filename*1=b", "ab"), ("filename*1=b; filename*2=c", "bc"),
        ("filename*0=a; filename*2=c", "ac"),
        (
            "filename*0=\(String(repeating: "0", count: 60)); filename*01=1",
            String(repeating: "0", count: 60) + "1"
        ),
    ]) func `names of RFC 2231`(parameters: String, name: String) {
        #expect(fileName(parameters) == name)
    }

    @Test func `a raw name is read in the charset that stands beside it`() {
        var defects = DefectLog()
        let field = Array("text/plain; name=".utf8) + [0x93, 0xFA, 0x96, 0x7B] + Array("; charset=sjis".utf8)
        let type = ContentType(
            parsing: field.span, in: FieldContext(fallbackCharset: "koi8-r"), defects: &defects)
        #expect(type.parameters["name"] == "日本")
    }

    @Test(arguments: [
        ("filename=plain; filename*=utf-8''good", "good"), ("filename*=utf-8''good; filename=plain", "good"),
        ("filename=plain; filename*=utf-8''%FF", "plain"), ("filename*=utf-8''%FF", "\u{FFFD}"),
        ("filename=plain; filename*0=a; filename*1=b", "ab"),
        ("filename=plain; filename*0=a; filename*2=c", "plain"), ("filename=plain; filename**=x", "plain"),
        ("filename=plain; filename*0=a; filename*99999999999999999999=b", "plain"),
        ("filename=first; filename=second", "first"),
    ]) func `a good extended name wins and a broken one loses`(parameters: String, name: String) {
        #expect(fileName(parameters) == name)
    }
}
