import MIME
import Testing

@Suite struct HeaderTextTests {
    private func read(_ octets: [UInt8], charset: String? = nil) -> (text: String, codes: [DefectCode]) {
        var defects = DefectLog()
        var output: [UInt8] = []
        decodeUnstructured(
            octets.span, in: FieldContext(fallbackCharset: charset), into: &output, defects: &defects)
        return (String(decoding: output, as: UTF8.self), defects.entries.map(\.code))
    }

    private func read(_ field: String) -> String { read(Array(field.utf8)).text }

    @Test(arguments: [
        ("", ""), (" plain text ", "plain text"), ("folded\r\n text", "folded text"),
        ("folded\n\ttext", "folded\ttext"),
        ("bare\rreturn", "bare return"), ("50% = half? =", "50% = half? ="), ("raw ü", "raw ü"),
        ("a\u{0}b", "a\u{0}b"),
    ]) func `text without encoded words`(field: String, text: String) {
        #expect(read(field) == text)
    }

    @Test(arguments: [
        ("=?utf-8?Q?Gr=C3=BC=c3=9fe?=", "Grüße"), ("=?UTF-8?b?R3LDvMOfZQ==?=", "Grüße"),
        ("=?iso-8859-1*de?q?Gr=FC_e?=", "Grü e"),
        ("a =?utf-8?Q?b?= c", "a b c"), ("a=?utf-8?Q?b?=c", "abc"), ("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?a?=\r\n\t=?koi8-r?Q?=C1?=", "aа"), ("=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
        ("=?utf-8?Q?raw blank (and <that>)?=", "raw blank (and <that>)"), ("=?utf-8?B?YW Jj?=", "abc"),
        ("=?utf-8?B?YWJj", "=?utf-8?B?YWJj"),
        ("=?utf-8?Q?=ZZ=?=", "=ZZ="), ("=?nosuch?Q?a=C3=BC?=", "aü"), ("=?nosuch?Q?a=FC?=", "aü"),
        ("=?utf-8?X?a?=", "=?utf-8?X?a?="),
        ("=??Q?a?=", "=??Q?a?="), ("=?utf-8?Q??=", ""), ("=?utf-8?Q?what??=", "what?"),
        ("=?utf-8?B?YQ==Yg==?=", "ab"),
        ("=?utf-8?Q?a=0D=0AX:_b?=", "a  X: b"), ("=?utf-8?Q?=3D=3Futf-8=3FQ=3Fa=3F=3D?=", "=?utf-8?Q?a?="),
    ]) func `encoded words`(field: String, text: String) {
        #expect(read(field) == text)
    }

    @Test(arguments: [
        ("=?utf-8?B?4oI=?= =?utf-8?B?rA==?=", "€"), ("=?utf-8?B?4oI=?= =?UTF-8?Q?=AC?=", "€"),
        ("=?utf-8?Q?=E2?=\r\n =?utf-8*en?Q?=82=AC?=", "€"),
        ("=?iso-2022-jp?B?GyRCJCI=?= =?iso-2022-jp?B?JCQbKEI=?=", "あい"),
        ("=?utf-8?Q?=E2=82?= =?koi8-r?Q?=C1?=", "\u{FFFD}а"),
        ("=?utf-8?Q?=E2=82?= x", "\u{FFFD} x"),
    ]) func `characters cut in two are joined`(field: String, text: String) {
        #expect(read(field) == text)
    }

    @Test func `raw octets are UTF-8, or the charset of the message, or windows-1252`() {
        let cyrillic: [UInt8] = [0xF0, 0xD2, 0xC9, 0xD7, 0xC5, 0xD4]
        #expect(read(cyrillic, charset: "koi8-r").text == "Привет")
        #expect(read(cyrillic, charset: "utf-8").text == "ðÒÉ×ÅÔ")
        #expect(read(cyrillic).codes == [.rawHeaderOctets])
        #expect(read([0x46, 0x72, 0xF6, 0x73, 0x63, 0x68, 0x65], charset: "us-ascii").text == "Frösche")
        #expect(read(Array("größer ".utf8) + [0xFC]).text == "größer \u{FFFD}")
        #expect(read(Array("=?utf-8?Q?Fr".utf8) + [0xF6] + Array("sche?=".utf8)).text == "Frösche")
    }
}
