import MIME
import Testing

@Suite struct AddressListTests {
    /// The list as one line: `name<address>`, `-` for what is missing, `{group}` behind its members.
    private func read(_ field: String, charset: String? = nil) -> (
        line: String, groups: [String], codes: [DefectCode]
    ) {
        read(Array(field.utf8), charset: charset)
    }

    private func read(_ octets: [UInt8], charset: String?) -> (
        line: String, groups: [String], codes: [DefectCode]
    ) {
        var defects = DefectLog()
        let list = AddressList(
            parsing: octets.span, in: FieldContext(fallbackCharset: charset), defects: &defects)
        let line = list.mailboxes.map { mailbox in
            "\(mailbox.name ?? "-")<\(mailbox.address ?? "-")>" + (mailbox.group.map { "{\($0)}" } ?? "")
        }
        return (line.joined(separator: " | "), list.groups, defects.entries.map(\.code))
    }

    @Test(arguments: [
        ("", ""),
        ("ann@a.example", "-<ann@a.example>"),
        ("Ann <ann@a.example>", "Ann<ann@a.example>"),
        ("\"Ann, of A\" <ann@a.example>, <bob@b.example>", "Ann, of A<ann@a.example> | -<bob@b.example>"),
        ("Ann B. Cee <ann@a.example>", "Ann B. Cee<ann@a.example>"),
        ("\"Ann \\\"The\\\\ A\\\"\" <ann@a.example>", "Ann \"The\\ A\"<ann@a.example>"),
        ("Ann\r\n B <ann@a.example>", "Ann B<ann@a.example>"),
        ("ann@[192.0.2.1], bob@[IPv6:2001:db8::1]", "-<ann@[192.0.2.1]> | -<bob@[IPv6:2001:db8::1]>"),
        ("\"ann b\"@a.example, Ann <\"x@y\"@a.example>", "-<\"ann b\"@a.example> | Ann<\"x@y\"@a.example>"),
        ("ann.@a.example, .b..c@d.example", "-<ann.@a.example> | -<.b..c@d.example>"),
        ("postmaster", "-<postmaster>"),
        ("nsb (Nathaniel B)", "-<nsb>"),
    ]) func `plain lists`(field: String, line: String) {
        #expect(read(field).line == line)
    }

    @Test(arguments: [
        ("ann@a.example (Ann (of) A)", "Ann (of) A<ann@a.example>"),
        ("(Ann)ann@a.example", "Ann<ann@a.example>"),
        ("Ann (nice) <ann(her)@a(home).example>", "Ann<ann@a.example>"),
        ("ann@a.example(b)evil.example", "evil.example<ann@a.example>"),
        ("ann@a.example (open", "open<ann@a.example>"),
        ("(only a comment), bob@b.example", "-<bob@b.example>"),
        ("ann @ a.example, bob@b . example", "-<ann@a.example> | -<bob@b.example>"),
        ("ann . b (c) . d @ a.example", "c<ann.b.d@a.example>"),
        ("X <ann . b @ a . example>", "X<ann.b@a.example>"),
        ("ann (c) @ (d) a.example", "c<ann@a.example>"),
        ("Ed. ann@a.example, A . B. <bob@b.example>", "Ed.<ann@a.example> | A . B.<bob@b.example>"),
    ]) func `comments separate and give a name`(field: String, line: String) {
        #expect(read(field).line == line)
    }

    @Test(arguments: [
        ("Ann ann@a.example", "Ann<ann@a.example>"),
        ("ann@a.example bob@b.example", "-<ann@a.example> | -<bob@b.example>"),
        ("Ann <ann@a.example> Bob <bob@b.example>", "Ann<ann@a.example> | Bob<bob@b.example>"),
        ("<ann@a.example> Ann", "Ann<ann@a.example>"),
        ("Ann <ann@a.example> rest", "Ann<ann@a.example>"),
        ("\"Ann A\"", "Ann A<->"),
        ("Ann A", "Ann A<->"),
        ("Ann@Work <ann@a.example>", "Ann@Work<ann@a.example>"),
        ("ann@good.example <ann@real.example>", "ann@good.example<ann@real.example>"),
        ("[Ann] <ann@a.example>", "[Ann]<ann@a.example>"),
        ("Ann <ann@a.example", "Ann<ann@a.example>"),
        ("Ann <ann@a.example, Bob <bob@b.example>", "Ann<ann@a.example> | Bob<bob@b.example>"),
        ("<ann@a.example, bob@b.example>", "-<ann@a.example> | -<bob@b.example>"),
        ("\"Ann <ann@a.example>", "Ann<ann@a.example>"),
        ("Ann <<ann@a.example>>", "Ann<ann@a.example>"),
        ("Ann < ann@a.example >", "Ann<ann@a.example>"),
        ("Ann <", "Ann<>"),
        ("<>", "-<>"),
        ("a@x.example; b@y.example", "-<a@x.example> | -<b@y.example>"),
        ("a@x.example,, ,b@y.example,", "-<a@x.example> | -<b@y.example>"),
        ("<@r1.example,@r2.example:ann@a.example>", "-<ann@a.example>"),
        ("<https://a.example/?x=1>", "-<https://a.example/?x=1>"),
        ("undisclosed-recipients;", ""),
        ("ann@[192.0.2.1\r\n ], bob@[x\r\n", "]<ann@[192.0.2.1> | -<bob@[x>"),
    ]) func `what senders make of it`(field: String, line: String) {
        #expect(read(field).line == line)
    }

    @Test(arguments: [
        ("=?utf-8?Q?Ann_=C3=84?= <ann@a.example>", "Ann Ä<ann@a.example>"),
        ("\"=?utf-8?Q?Ann_=C3=84?=\" <ann@a.example>", "Ann Ä<ann@a.example>"),
        ("=?utf-8?Q?\"Ann\"?= <ann@a.example>", "Ann<ann@a.example>"),
        ("=?utf-8?Q?Ann?=\r\n =?utf-8?Q?_A?= B <ann@a.example>", "Ann A B<ann@a.example>"),
        ("=?utf-8?Q?Ann <evil@e.example>?= <ann@a.example>", "Ann <evil@e.example><ann@a.example>"),
        ("=?utf-8?Q?evil=40e.example?=", "evil@e.example<->"),
        ("=?utf-8?Q?\"Ann\" <evil@e.example>?=", "\"Ann\" <evil@e.example><->"),
        ("ann@a.example (=?utf-8?B?w4Q=?=)", "Ä<ann@a.example>"),
        (
            "=?utf-8?Q?open <ann@a.example>, =?utf-8?Q?Bob?= <bob@b.example>",
            "=?utf-8?Q?open<ann@a.example> | Bob<bob@b.example>"
        ),
    ]) func `encoded words name people and hold no address`(field: String, line: String) {
        #expect(read(field).line == line)
    }

    @Test(arguments: [
        (
            "Team: ann@a.example, Bob <bob@b.example>;, c@c.example",
            "-<ann@a.example>{Team} | Bob<bob@b.example>{Team} | -<c@c.example>", ["Team"]
        ),
        ("undisclosed-recipients:;", "", ["undisclosed-recipients"]),
        ("\"A: B\": ann@a.example;", "-<ann@a.example>{A: B}", ["A: B"]),
        ("Open: ann@a.example", "-<ann@a.example>{Open}", ["Open"]),
        (": ann@a.example;", "-<ann@a.example>", []),
        ("One:; Two: b@b.example; c@c.example", "-<b@b.example>{Two} | -<c@c.example>", ["One", "Two"]),
        ("Out: In: a@a.example;;", "-<a@a.example>{In}", ["Out", "In"]),
    ]) func `groups are flattened in order`(field: String, line: String, groups: [String]) {
        let list = read(field)
        #expect(list.line == line)
        #expect(list.groups == groups)
    }

    @Test func `addresses beyond ASCII are kept and have A-labels beside them`() {
        var defects = DefectLog()
        let list = AddressList(
            parsing: Array("Ä <ü@straße.example>, a@b.example".utf8).span, in: FieldContext(),
            defects: &defects)
        #expect(list.mailboxes.map(\.address) == ["ü@straße.example", "a@b.example"])
        #expect(list.mailboxes.map(\.asciiAddress) == ["ü@xn--strae-oqa.example", nil])
        #expect(defects.entries.isEmpty)
    }

    @Test func `raw octets are read in the charset of the message`() {
        let octets = Array("\"".utf8) + [0xE1, 0xCE, 0xCE, 0xC1] + Array("\" <a@b.example>".utf8)
        #expect(read(octets, charset: "koi8-r").line == "Анна<a@b.example>")
        #expect(read(octets, charset: nil).line == "áÎÎÁ<a@b.example>")
        #expect(read(octets, charset: nil).codes == [.rawHeaderOctets])
    }

    @Test(arguments: [
        ("Ann <ann@a.example>", []), ("Ann <ann@a.example", [DefectCode.invalidAddress]),
        ("a@x.example b@y.example", [.invalidAddress]), ("\"Ann A\"", [.invalidAddress]),
    ]) func `what was repaired is reported`(field: String, codes: [DefectCode]) {
        #expect(read(field).codes == codes)
    }

    @Test func `addresses are limited`() {
        var defects = DefectLog()
        var limits = ParseLimits()
        limits.addresses = 3
        let octets = Array(String(repeating: "a@b.example, ", count: 9).utf8)
        let list = AddressList(parsing: octets.span, in: FieldContext(limits: limits), defects: &defects)
        #expect(list.mailboxes.count == 3)
        #expect(defects.entries.map(\.code) == [.addressLimit])
    }
}
