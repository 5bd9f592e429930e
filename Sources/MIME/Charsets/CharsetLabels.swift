/// The labels of charsets: those of the WHATWG Encoding Standard, and those that only mail has.
enum CharsetLabels {
    /// Every label, squeezed by `key`, and the charset it means.
    static let known: [String: Charset] = {
        var known: [String: Charset] = [:]
        for (charset, labels) in table {
            for label in labels.split(separator: " ") {
                known[String(label)] = charset
            }
        }
        return known
    }()

    /// `label` in lower case, without blanks, quotes, hyphens, underscores, dots, colons and brackets.
    static func key(_ label: some Sequence<UInt8>) -> String {
        var kept: [UInt8] = []
        for octet in label {
            switch octet {
            case 0x41...0x5A: kept.append(octet | 0x20)
            case 0x61...0x7A, 0x30...0x39, UInt8(ascii: "+"): kept.append(octet)
            default: if octet > 0x7F { kept.append(octet) }
            }
            guard kept.count <= longest else { return "" }
        }
        return String(decoding: kept, as: UTF8.self)
    }

    /// Longest label that is looked up, squeezed.
    private static let longest = 40

    private static func single(_ name: String, _ iconv: String) -> Charset {
        Charset(name: name, coding: .singleByte(iconv: iconv))
    }

    private static func multi(_ name: String, _ iconv: String) -> Charset {
        Charset(name: name, coding: .multiByte(iconv: iconv))
    }

    private static func wide(_ name: String, _ form: WideForm) -> Charset {
        Charset(name: name, coding: .wide(form))
    }

    /// Each charset with its labels, squeezed.
    private static let table: [(Charset, String)] = [
        (.utf8, "utf8 unicode11utf8 unicode20utf8 xunicode20utf8 utf8mb4 cp65001 65001 csutf8"),
        (
            .windows1252,
            "windows1252 cp1252 xcp1252 win1252 1252 ansix341968 ansix341986 ascii usascii cp819 csisolatin1 ibm819 "
                + "isoir100 iso88591 iso885911987 8859 l1 latin1 isoir6 iso646us ansi csascii iso88591windows31latin1 "
                + "westerneuropean"
        ),
        (single("ibm866", "IBM866"), "866 cp866 csibm866 ibm866"),
        (single("iso-8859-2", "ISO-8859-2"), "csisolatin2 iso88592 isoir101 iso885921987 l2 latin2"),
        (single("iso-8859-3", "ISO-8859-3"), "csisolatin3 iso88593 isoir109 iso885931988 l3 latin3"),
        (single("iso-8859-4", "ISO-8859-4"), "csisolatin4 iso88594 isoir110 iso885941988 l4 latin4"),
        (single("iso-8859-5", "ISO-8859-5"), "csisolatincyrillic cyrillic iso88595 isoir144 iso885951988"),
        (
            single("iso-8859-6", "ISO-8859-6"),
            "arabic asmo708 csiso88596e csiso88596i csisolatinarabic ecma114 iso88596 iso88596e iso88596i isoir127 "
                + "iso885961987"
        ),
        (
            single("iso-8859-7", "ISO-8859-7"),
            "csisolatingreek ecma118 elot928 greek greek8 iso88597 isoir126 iso885971987 suneugreek"
        ),
        (
            single("iso-8859-8", "ISO-8859-8"),
            "csiso88598e csisolatinhebrew hebrew iso88598 iso88598e isoir138 iso885981988 visual"
        ),
        (single("iso-8859-8-i", "ISO-8859-8"), "csiso88598i iso88598i logical"),
        (single("iso-8859-10", "ISO-8859-10"), "csisolatin6 iso885910 isoir157 l6 latin6"),
        (single("iso-8859-13", "ISO-8859-13"), "iso885913 latin7 l7"),
        (single("iso-8859-14", "ISO-8859-14"), "iso885914 latin8 l8"),
        (single("iso-8859-15", "ISO-8859-15"), "csisolatin9 iso885915 l9 latin9 latin0"),
        (single("iso-8859-16", "ISO-8859-16"), "iso885916 latin10 l10"),
        (single("koi8-r", "KOI8-R"), "cskoi8r koi koi8 koi8r"),
        (single("koi8-u", "KOI8-U"), "koi8ru koi8u"),
        (single("macintosh", "MACINTOSH"), "csmacintosh mac macintosh xmacroman macroman"),
        (single("x-mac-cyrillic", "MAC-CYRILLIC"), "xmaccyrillic xmacukrainian maccyrillic"),
        (
            single("windows-874", "CP874"),
            "dos874 iso885911 tis620 tis6202533 tis62025331 windows874 cp874 874 xwindows874 thai"
        ),
        (single("windows-1250", "CP1250"), "cp1250 windows1250 xcp1250 win1250 1250"),
        (single("windows-1251", "CP1251"), "cp1251 windows1251 xcp1251 win1251 1251"),
        (single("windows-1253", "CP1253"), "cp1253 windows1253 xcp1253 win1253 1253"),
        (
            single("windows-1254", "CP1254"),
            "cp1254 csisolatin5 iso88599 isoir148 iso885991989 l5 latin5 windows1254 xcp1254 win1254 1254"
        ),
        (single("windows-1255", "CP1255"), "cp1255 windows1255 xcp1255 win1255 1255"),
        (single("windows-1256", "CP1256"), "cp1256 windows1256 xcp1256 win1256 1256"),
        (single("windows-1257", "CP1257"), "cp1257 windows1257 xcp1257 win1257 1257"),
        (single("windows-1258", "CP1258"), "cp1258 windows1258 xcp1258 win1258 1258"),
        (single("ibm437", "IBM437"), "cp437 ibm437 437 cspc8codepage437"),
        (single("ibm850", "IBM850"), "cp850 ibm850 850 cspc850multilingual"),
        (single("ibm852", "IBM852"), "cp852 ibm852 852 cspcp852"),
        (single("ibm855", "IBM855"), "cp855 ibm855 855"),
        (single("viscii", "VISCII"), "viscii csviscii viscii111"),
        (multi("gb18030", "GB18030"), gb),
        (
            Charset(name: "big5", coding: .big5),
            "big5 big5hkscs cnbig5 csbig5 xxbig5 cp950 ms950 950 windows950 big5eten"
        ),
        (Charset(name: "euc-jp", coding: .eucJP), "cseucpkdfmtjapanese eucjp xeucjp eucjpms ujis cp51932"),
        (
            Charset(name: "iso-2022-jp", coding: .iso2022JP),
            "csiso2022jp iso2022jp iso2022jp1 iso2022jp2 iso2022jp3 iso2022jpms cp50220 cp50221 cp50222 jis jis7"
        ),
        (
            multi("shift_jis", "CP932"),
            "csshiftjis ms932 mskanji shiftjis sjis windows31j xsjis cp932 932 windows932 cswindows31j xmssjis"
        ),
        (
            multi("euc-kr", "CP949"),
            "cseuckr csksc56011987 euckr isoir149 korean ksc56011987 ksc56011989 ksc5601 windows949 cp949 ms949 949 uhc "
                + "xwindows949 5601"
        ),
        (Charset(name: "iso-2022-kr", coding: .shiftOut(iconv: "CP949")), "csiso2022kr iso2022kr"),
        (
            Charset(name: "iso-2022-cn", coding: .shiftOut(iconv: "GB18030")),
            "iso2022cn iso2022cnext csiso2022cn"
        ),
        (multi("euc-tw", "EUC-TW"), "euctw cns11643 xeuctw"),
        (Charset(name: "hz-gb-2312", coding: .hz), "hzgb2312 hz hzgb"),
        (
            Charset(name: "utf-7", coding: .utf7),
            "utf7 unicode11utf7 xunicode11utf7 unicode20utf7 csutf7 csunicode11utf7"
        ),
        (wide("utf-16", .utf16), "utf16 csunicode iso10646ucs2 ucs2 unicode csutf16 iso10646"),
        (wide("utf-16be", .utf16BE), "utf16be unicodefffe csutf16be ucs2be unicodebig"),
        (wide("utf-16le", .utf16LE), "utf16le unicodefeff csutf16le ucs2le unicodelittle"),
        (wide("utf-32", .utf32), "utf32 ucs4 iso10646ucs4 csutf32"),
        (wide("utf-32be", .utf32BE), "utf32be csutf32be ucs4be"),
        (wide("utf-32le", .utf32LE), "utf32le csutf32le ucs4le"),
    ]

    private static let gb =
        "gb18030 chinese csgb2312 csiso58gb231280 gb2312 gb231280 gbk isoir58 xgbk euccn cngb cp936 ms936 936 "
        + "windows936 gb23121980 xeuccn hzgb18030"
}
