import MIME
import Testing

@Suite struct CharsetTests {
    @Test(arguments: [
        ("UTF-8", "utf-8"), ("utf8", "utf-8"), (" \"utf-8\" ", "utf-8"), ("US-ASCII", "windows-1252"),
        ("ISO-8859-1", "windows-1252"),
        ("latin1", "windows-1252"), ("iso_8859-1:1987", "windows-1252"), ("ISO-8859-9", "windows-1254"),
        ("iso-8859-11", "windows-874"),
        ("gb2312", "gb18030"), ("GBK", "gb18030"), ("x-sjis", "shift_jis"), ("cp932", "shift_jis"),
        ("ks_c_5601-1987", "euc-kr"),
        ("windows-949", "euc-kr"), ("KOI8-R", "koi8-r"), ("unicode-1-1-utf-7", "utf-7"),
        ("big5-hkscs", "big5"), ("win-1251", "windows-1251"),
    ]) func `labels are read as senders spell them`(label: String, name: String) {
        #expect(Charset(label: label)?.name == name)
    }

    @Test(arguments: ["", "nosuch", "binary", "iso-8859-12", "8bit", String(repeating: "x", count: 1000)])
    func `labels nobody knows`(label: String) {
        #expect(Charset(label: label) == nil)
    }

    private func choose(_ octets: [UInt8], _ declared: String?, isHTML: Bool = false) -> CharsetChoice {
        var detector = CharsetDetector(declared: declared, isHTML: isHTML)
        for octet in octets { detector.feed([octet].span) }
        var whole = CharsetDetector(declared: declared, isHTML: isHTML)
        whole.feed(octets.span)
        let choice = whole.finish()
        #expect(choice == detector.finish())
        return choice
    }

    @Test(
        arguments: [
            ("abc", nil, "utf-8", nil), ("é", nil, "utf-8", DefectCode.charsetMissing),
            ("é", "us-ascii", "utf-8", .charsetMissing),
            ("é", "nosuch", "utf-8", .charsetUnknown), ("é", "utf-8", "utf-8", nil),
            ("é", "iso-8859-1", "utf-8", .charsetMismatch),
            ("abc", "iso-8859-1", "windows-1252", nil), ("abcd", "utf-16", "utf-8", .charsetMismatch),
            ("a+AOk-", nil, "utf-8", nil),
            ("a+AOk-", "utf-7", "utf-7", nil), ("\u{FEFF}é", "koi8-r", "utf-8", .charsetMismatch),
            ("", nil, "utf-8", nil),
        ] as [(String, String?, String, DefectCode?)])
    func `text that is UTF-8`(text: String, declared: String?, used: String, defect: DefectCode?) {
        let choice = choose(Array(text.utf8), declared)
        #expect(choice.used.name == used)
        #expect(choice.defect == defect)
    }

    @Test(
        arguments: [
            (nil, "windows-1252"), ("us-ascii", "windows-1252"), ("nosuch", "windows-1252"),
            ("koi8-r", "koi8-r"), ("utf-8", "utf-8"),
        ] as [(String?, String)]) func `text that is not UTF-8`(declared: String?, used: String)
    {
        #expect(choose([0x61, 0xE9, 0x62], declared).used.name == used)
    }

    @Test(
        arguments: [
            (nil, "utf-16le"), ("us-ascii", "utf-16le"), ("utf-16", "utf-16le"), ("utf-8", "utf-8"),
            ("koi8-r", "koi8-r"),
        ] as [(String?, String)]) func `a byte order mark of UTF-16 does not overrule a label`(
            declared: String?, used: String
        )
    {
        #expect(choose([0xFF, 0xFE, 0x61, 0x00], declared).used.name == used)
    }

    @Test(arguments: [
        ("<meta charset=koi8-r>", "koi8-r"),
        ("<META http-equiv=x content=\"text/html; charset=windows-1251\">", "windows-1251"),
        ("<?xml version='1.0' encoding='iso-8859-2'?>", "iso-8859-2"), ("<meta charset=utf-16>", "utf-8"),
        ("<meta charset=nosuch>", "windows-1252"),
        ("<meta", "windows-1252"), ("<p charset=koi8-r>", "windows-1252"),
    ]) func `an HTML text may say what it is in`(html: String, used: String) {
        #expect(choose(Array(html.utf8) + [0xE9, 0x20], nil, isHTML: true).used.name == used)
        #expect(choose(Array(html.utf8) + [0xE9, 0x20], nil).used.name == "windows-1252")
    }
}
