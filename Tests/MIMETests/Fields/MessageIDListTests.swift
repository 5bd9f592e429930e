import MIME
import Testing

@Suite struct MessageIDListTests {
    private func list(_ field: String) -> [String] {
        var defects = DefectLog()
        return MessageIDList(parsing: Array(field.utf8).span, defects: &defects).ids
    }

    private func single(_ field: String) -> String? {
        var defects = DefectLog()
        return MessageIDList.single(parsing: Array(field.utf8).span, defects: &defects)
    }

    @Test(arguments: [
        ("", []), ("<a@b>", ["a@b"]), ("<a@b> <c@d>\r\n\t<e@f>", ["a@b", "c@d", "e@f"]),
        ("<a@b><c@d>, <e@f>", ["a@b", "c@d", "e@f"]),
        ("Your message of \"Monday\"", []), ("Your message <a@b> of today", ["a@b"]), ("a@b", ["a@b"]),
        ("<a@b", ["a@b"]),
        ("<> <a@b>", ["a@b"]), ("<>", []), ("<a\r\n b@c>", ["ab@c"]), ("=?utf-8?Q?=3Ca=40b=3E?=", ["a@b"]),
    ]) func `lists of ids`(field: String, ids: [String]) {
        #expect(list(field) == ids)
    }

    @Test(arguments: [
        ("<a@b>", "a@b"), (" <a@b> (c)", "a@b"), ("<[a@b]>", "[a@b]"), ("<a@b@c>", "a@b@c"), ("a@b", "a@b"),
        ("<<a@b>>", "a@b"),
        ("(c) a@b", "a@b"), ("<a@b", "a@b"), ("token", "token"),
        ("<a . b\r\n @ c >", "a.b@c"),
    ]) func `a single id`(field: String, id: String) {
        #expect(single(field) == id)
    }

    @Test(arguments: [
        ("< a b.png >", "a b.png"), ("<a\r\n b@c>", "ab@c"), ("a b.png", "a b.png"), ("<a@b>", "a@b"),
    ]) func `the id of a part may have blanks`(field: String, id: String) {
        var defects = DefectLog()
        let octets = Array(field.utf8)
        #expect(MessageIDList.single(parsing: octets.span, keepingBlanks: true, defects: &defects) == id)
    }

    @Test(arguments: ["", " \r\n ", "<>", "(c)"]) func `no id`(field: String) {
        #expect(single(field) == (field == "<>" ? "<>" : nil))
    }
}
