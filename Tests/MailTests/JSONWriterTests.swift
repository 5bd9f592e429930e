import Mail
import Testing

@Suite struct JSONWriterTests {
    @Test func `commas stand between members and elements and nowhere else`() {
        var json = JSONWriter()
        json.beginObject()
        json.name("a")
        json.beginArray()
        json.integer(1)
        json.beginArray()
        json.endArray()
        json.beginObject()
        json.endObject()
        json.null()
        json.endArray()
        json.name("b\"")
        json.boolean(true)
        json.name("c")
        json.hexadecimal([0, 255, 0x1A])
        json.name("d")
        json.string("")
        json.endObject()
        #expect(text(json) == #"{"a":[1,[],{},null],"b\"":true,"c":"00ff1a","d":""}"#)
    }

    @Test(
        arguments: [
            (0, "0"), (7, "7"), (-1, "-1"), (1_234_567_890, "1234567890"), (.min, "-9223372036854775808"),
        ] as [(Int, String)])
    func `integers are written in decimal`(value: Int, digits: String) {
        var json = JSONWriter()
        json.integer(value)
        #expect(text(json) == digits)
    }

    @Test(
        arguments: [
            (1_795_464_845_123, "2026-11-23T20:14:05.123Z"), (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func `instants are written by RFC 3339`(milliseconds: Int64, expected: String) {
        var json = JSONWriter()
        json.timestamp(Timestamp(milliseconds: milliseconds))
        #expect(text(json) == "\"\(expected)\"")
    }

    /// Octets, and what stands between the quotes.
    static let strings: [([UInt8], String)] = [
        (Array("plain".utf8), "plain"),
        (Array("a\"b\\c/d".utf8), #"a\"b\\c/d"#),
        ([0, 8, 9, 10, 11, 12, 13, 0x1F, 0x20, 0x7F], "\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f \u{7F}"),
        (Array("é€😀".utf8), "é€😀"),
        (Array("\u{2027}\u{2028}\u{2029}\u{202A}".utf8), "\u{2027}\\u2028\\u2029\u{202A}"),
        ([0x80], "\u{FFFD}"),
        ([0xC3], "\u{FFFD}"),
        ([0xC0, 0xAF], "\u{FFFD}\u{FFFD}"),
        ([0xE2, 0x82, 0x41], "\u{FFFD}A"),
        ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
        ([0xF0, 0x9F, 0x98], "\u{FFFD}"),
        ([0xF4, 0x90, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
        ([0xF1, 0x80, 0x80, 0xE1, 0x80, 0xC2, 0x62], "\u{FFFD}\u{FFFD}\u{FFFD}b"),
        (
            Array("a long line that is longer than eight octets \"quoted\" and on it goes, é, and ends".utf8),
            "a long line that is longer than eight octets \\\"quoted\\\" and on it goes, é, and ends"
        ),
    ]

    @Test(arguments: strings)
    func `strings are escaped and always valid UTF-8`(octets: [UInt8], expected: String) {
        var json = JSONWriter()
        json.string(octets.span)
        #expect(text(json) == "\"\(expected)\"")
    }

    @Test(arguments: strings)
    func `a string is the same however it is cut`(octets: [UInt8], expected: String) {
        for first in 0...octets.count {
            for second in first...octets.count {
                var json = JSONWriter()
                json.beginString()
                for piece in [octets[..<first], octets[first..<second], octets[second...]] {
                    json.piece(Array(piece).span)
                }
                json.endString()
                #expect(text(json) == "\"\(expected)\"")
            }
        }
    }

    @Test(arguments: UInt64(1)...40)
    func `any octets become what the standard library makes of them`(seed: UInt64) {
        var random = seed
        let octets = (0..<200).map { _ -> UInt8 in
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let high = UInt8(truncatingIfNeeded: random >> 56)
            return random >> 40 & 3 == 0
                ? high : [0xE2, 0x80, 0xA8, 0xF0, 0x9F, 0xC3, 0xED, 0x41][Int(high & 7)]
        }
        var json = JSONWriter()
        json.string(octets.span)
        let escaped = String(decoding: octets, as: UTF8.self).unicodeScalars.flatMap { scalar in
            var single = JSONWriter()
            single.string(String(scalar))
            return single.bytes.dropFirst().dropLast()
        }
        #expect(json.bytes == Array("\"".utf8) + escaped + Array("\"".utf8))
        #expect(String(validating: json.bytes, as: UTF8.self) != nil)
    }
}

private func text(_ json: JSONWriter) -> String {
    String(decoding: json.bytes, as: UTF8.self)
}
