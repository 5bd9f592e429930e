import MIME
import Testing

@Suite struct CharsetDecoderTests {
    /// A text in some charset and what it says.
    struct Sample: Sendable, CustomTestStringConvertible {
        let label: String
        let octets: [UInt8]
        let text: String
        var testDescription: String { "\(label) \(text)" }

        init(_ label: String, _ octets: [UInt8], _ text: String) {
            self.label = label
            self.octets = octets
            self.text = text
        }
    }

    private static func decode(_ charset: Charset, _ pieces: [ArraySlice<UInt8>]) -> (
        text: String, replaced: Int
    ) {
        let decoder = CharsetDecoder(charset)
        var output: [UInt8] = []
        for piece in pieces { decoder.decode(piece.span, into: &output) }
        decoder.finish(into: &output)
        return (String(decoding: output, as: UTF8.self), decoder.replaced)
    }

    static let samples: [Sample] = [
        Sample("utf-8", Array("aé€😀".utf8), "aé€😀"),
        Sample("utf-8", [0xEF, 0xBB, 0xBF, 0x61], "a"),
        Sample("utf-8", [0xEF, 0xBB, 0x61], "\u{FFFD}a"),
        // The Unicode Standard, table 3-8.
        Sample(
            "utf-8", [0x61, 0xF1, 0x80, 0x80, 0xE1, 0x80, 0xC2, 0x62, 0x80, 0x63, 0x80, 0xBF, 0x64],
            "a\u{FFFD}\u{FFFD}\u{FFFD}b\u{FFFD}c\u{FFFD}\u{FFFD}d"),
        Sample("utf-8", [0xED, 0xA0, 0x80, 0xC0, 0xAF, 0xF0, 0x9F], String(repeating: "\u{FFFD}", count: 6)),
        Sample("us-ascii", [0x61, 0xFC], "aü"),
        Sample("iso-8859-1", [0x80, 0x81, 0xE9], "€\u{81}é"),
        Sample("iso-8859-15", [0xA4], "€"),
        Sample("koi8-r", [0xF0, 0xD2, 0x20, 0xC9], "Пр и"),
        Sample("windows-1251", [0xCF, 0xF0], "Пр"),
        Sample("tis-620", [0xA1, 0x80], "ก€"),
        Sample("gb2312", [0xC4, 0xE3, 0x41], "你A"),
        Sample("gbk", [0x94, 0x39, 0xDA, 0x33], "💩"),
        Sample("gb18030", [0x61, 0xC4], "a\u{FFFD}"),
        Sample("gb18030", [0xC4, 0x20, 0x62], "\u{FFFD} b"),
        Sample("big5", [0xA7, 0x41, 0xA6, 0x6E], "你好"),
        Sample("big5", [0xA1, 0xFE, 0xA3, 0xE1, 0x8E, 0x69, 0xFF], "／€\u{FFFD}i\u{FFFD}"),
        Sample("shift_jis", [0x82, 0xA0, 0xB1, 0x87, 0x40], "あｱ①"),
        Sample("shift_jis", [0xFF, 0xFF, 0xFF, 0x61], "\u{FFFD}\u{FFFD}\u{FFFD}a"),
        Sample("euc-jp", [0xA4, 0xA2, 0x8E, 0xB1], "あｱ"),
        // Rows 89 to 92 are those that NEC chose from IBM's; what lies behind them means nothing.
        Sample("euc-jp", [0xFC, 0xE2, 0xB6, 0xB6, 0xF9, 0xF5, 0xFC, 0xF1, 0xFD, 0xA1], "髙橋﨑ⅰ\u{FFFD}"),
        Sample("iso-2022-jp", Array("\u{1B}$B|b66;3yu\u{1B}(B".utf8), "髙橋山﨑"),
        Sample("euc-kr", [0xB0, 0xA1, 0x81, 0x41], "가갂"),
        // iconv stops behind this one, not before it: at the end of a text that was a trap.
        Sample("euc-kr", [0xB0, 0xA1, 0xA2, 0xE8], "가\u{FFFD}"),
        Sample("euc-kr", [0xA2, 0xE8, 0x61, 0xA2, 0xE8, 0xB0, 0xA1], "\u{FFFD}a\u{FFFD}가"),
        Sample("iso-2022-kr", [0x0E, 0x22, 0x68], "\u{FFFD}"),
        Sample("iso-2022-jp", Array("a\u{1B}$B$\"$$\u{1B}(Bb".utf8), "aあいb"),
        Sample("iso-2022-jp", Array("\u{1B}$B'`\u{1B}(I1\u{1B}(J~".utf8), "оｱ~"),
        Sample("euc-jp", [0xA1, 0xC1, 0xAD, 0xA1, 0x8F, 0xB0, 0xA1], "〜①丂"),
        Sample("euc-jp", [0xA4, 0x61, 0x8F, 0xB0, 0x62, 0x8F, 0xB0], "\u{FFFD}a\u{FFFD}b\u{FFFD}"),
        Sample(
            "iso-2022-jp", Array("\u{1B}$B!A-!\u{1B}(Ba".utf8) + [0x8A, 0xE9, 0x62], "〜①a\u{FFFD}\u{FFFD}b"),
        Sample("iso-2022-jp", Array("\u{1B}$B$\"\n$\u{1B}[m".utf8), "あ\n$\u{1B}[m"),
        Sample("iso-2022-kr", Array("\u{1B}$)C\u{0E}0!\u{0F}a".utf8), "가a"),
        Sample(
            "iso-2022-cn", Array("a\u{1B}$)A\u{0E}Dc\u{0F}b\u{1B}$*H\n".utf8) + [0x8C],
            "a你b\u{1B}$*H\n\u{FFFD}"),
        Sample("hz-gb-2312", Array("a~{Dc~}~~b~x".utf8), "a你~b~x"),
        Sample("utf-7", Array("a+AOk-b+-c +2D3eAA-!".utf8), "aéb+c 😀!"),
        Sample("utf-7", Array("+AOkA b".utf8) + [0xFF], "é\u{FFFD} b\u{FFFD}"),
        Sample("utf-16", [0xFE, 0xFF, 0x00, 0x61, 0xD8, 0x3D, 0xDE, 0x00], "a😀"),
        Sample("utf-16", [0xFF, 0xFE, 0x61, 0x00], "a"),
        Sample("utf-16", [0x00, 0x61, 0x00, 0x62, 0x20, 0xAC], "ab€"),
        Sample("utf-16", [0x61, 0x00, 0x62, 0x00, 0xAC, 0x20], "ab€"),
        Sample("utf-16le", [0x61, 0x00, 0x3D, 0xD8, 0x62, 0x00, 0x63], "a\u{FFFD}b\u{FFFD}"),
        Sample("utf-32be", [0x00, 0x01, 0xF6, 0x00, 0x00, 0x11, 0x00, 0x00], "😀\u{FFFD}"),
        Sample("windows-1258", [0x61, 0xCC], "a\u{300}"),
        Sample("macintosh", [0x8E], "é"),
    ]

    @Test(arguments: samples) func `text is decoded`(sample: Sample) throws {
        let charset = try #require(Charset(label: sample.label))
        let result = Self.decode(charset, [sample.octets[...]])
        #expect(result.text == sample.text)
        #expect(result.replaced == sample.text.unicodeScalars.filter { $0 == "\u{FFFD}" }.count)
    }

    @Test(arguments: samples) func `where the text is cut makes no difference`(sample: Sample) throws {
        let charset = try #require(Charset(label: sample.label))
        let octets = sample.octets
        for first in 0...octets.count {
            for second in first...octets.count {
                let pieces = [octets[..<first], octets[first..<second], octets[second...]]
                #expect(Self.decode(charset, pieces).text == sample.text, "cut at \(first) and \(second)")
            }
        }
        #expect(Self.decode(charset, octets.indices.map { octets[$0...$0] }).text == sample.text)
    }

    @Test(arguments: 0..<40 as Range<UInt64>) func `noise is valid UTF-8 in every charset, cut or not`(
        seed: UInt64
    ) throws {
        var generator = SplitMix64(seed: seed)
        let octets = (0..<600).map { _ in UInt8(truncatingIfNeeded: generator.next() >> 7) }
        for sample in Self.samples {
            let charset = try #require(Charset(label: sample.label))
            let cut = Int(generator.next() % 600)
            let whole = Self.decode(charset, [octets[...]])
            let isSame = whole == Self.decode(charset, [octets[..<cut], octets[cut...]])
            #expect(isSame, "\(sample.label) cut at \(cut)")
        }
    }

    @Test func `a decoder can begin again`() {
        let decoder = CharsetDecoder(.utf8)
        var output: [UInt8] = []
        decoder.decode([0xC3].span, into: &output)
        decoder.reset()
        decoder.decode([0x61].span, into: &output)
        decoder.finish(into: &output)
        #expect(output == [0x61])
        #expect(decoder.replaced == 0)
    }

    @Test func `a long text is decoded whole`() throws {
        let charset = try #require(Charset(label: "shift_jis"))
        let octets =
            [UInt8](repeating: 0x82, count: 1) + [0xA0] + [UInt8](repeating: 0x61, count: 10_000) + [
                0x82, 0xA0,
            ]
        #expect(Self.decode(charset, [octets[...]]).text.unicodeScalars.count == 10_002)
    }
}
