import MIME

/// A generator with a seed, so that what fails can be run again.
///
/// Sebastiano Vigna's SplitMix64.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Inputs for every parser of fields.
enum FieldSamples {
    /// Fields that use each piece of syntax, broken ones among them.
    static let broken: [String] = [
        "Ann (a \\) b (c)) <@r1,@r2:\"a b\"@x.example>, G: b@y.example, \"c\\\"d\" <e@[192.0.2.1]>;, =?utf-8?Q?f=C3?= =?utf-8?B?qQ==?= <g@h",
        "\"a <b@c>, \\\"d <<e@f>> (g (h) i, j: k; l@m@n > =?x?q?\"o\" <p@q>?= r@s . t",
        "=?iso-2022-jp?B?GyRCJCI=?= =?us-ascii*en?q?_b_=?= =?utf-8?b?8J+S?= =?utf-8?b?qQ==?= =?a?q?b =?c?q?d",
        "Wed (x), 09(c) Feb : 2011 09 : 55 : 06.25 PM +0100 (CET) ; 2011-02-09T00:00Z",
        "text/plain (c); charset=\"utf-8\"; name*1*=%41; name*0*=utf-8'en'%C3%A9; name=\"a\\\"b; x; =y; *=z; q=\"open\r\n r=s",
        "attachment; filename=a b (1).txt; filename*=iso-8859-1''%E9; filename*0=\"C:\\T\\x\"; filename*x=y; filename=",
        "<a@b> (c) <d e@f> <<g>> =?utf-8?Q?=3Ch=40i=3E?= j",
        "caf\u{E9} \u{0} \u{1F4A9} \r\n\t=?utf-8?Q??= =?? =?utf-8?Q",
    ]

    /// Octets that mean something somewhere, in an order that `seed` decides.
    static func noise(seed: UInt64, count: Int) -> [UInt8] {
        var generator = SplitMix64(seed: seed)
        let pieces = [
            "\"", "\\", "<", ">", "(", ")", "@", ",", ";", ":", "[", "]", "=?", "?=", "=?utf-8?q?",
            "=?gb2312?B?", "*0*=", "*=",
            "=", "'", "%4", "%41", " ", "\r\n ", "\t", ".", "a", "B1", "name", "filename", "charset", "Jan",
            "12", "2020", ":30",
            "+0100", "GMT", "\u{E9}", "\u{0}", "/", "-",
        ]
        var octets: [UInt8] = []
        while octets.count < count {
            if generator.next() % 13 == 0 {
                octets.append(UInt8(truncatingIfNeeded: generator.next()))
            } else {
                octets += Array(pieces.randomElement(using: &generator)?.utf8 ?? "".utf8)
            }
        }
        return octets
    }

    /// Runs every parser over `octets`; answers a text of what they made of it.
    static func parseAll(_ octets: [UInt8]) -> String {
        var defects = DefectLog()
        let context = FieldContext(fallbackCharset: "koi8-r")
        var text: [UInt8] = []
        decodeUnstructured(octets.span, in: context, into: &text, defects: &defects)
        let addresses = AddressList(parsing: octets.span, in: context, defects: &defects)
        let type = ContentType(parsing: octets.span, in: context, defects: &defects)
        let disposition = ContentDisposition(parsing: octets.span, in: context, defects: &defects)
        let date = MailDate(parsing: octets.span, defects: &defects)
        let ids = MessageIDList(parsing: octets.span, defects: &defects)
        let id = MessageIDList.single(parsing: octets.span, defects: &defects)
        return
            "\(text) \(addresses) \(type) \(disposition) \(date?.rfc3339 ?? "-") \(ids) \(id ?? "-") \(defects.entries)"
    }
}
