import MIME
import Testing

@Suite struct TransferDecoderTests {
    /// Content, its encoding, what it decodes to, and what is wrong with it.
    static let cases: [(encoding: String, content: String, decoded: String, codes: [DefectCode])] = [
        ("base64", "SGVs\nbG8=\n", "Hello", []),
        ("base64", "SGVsbG8", "Hello", [.base64Truncated]),
        ("base64", "SGVsbG8gd", "Hello ", [.base64Truncated]),
        ("base64", "SGV*sbG8=", "Hello", [.base64InvalidCharacter]),
        ("base64", "SGVsbG8=\nV29ybGQ=\n", "HelloWorld", []),
        ("base64", "SGVsbG8=\n--\nfooter of a list\n", "Hello", [.base64TrailingData]),
        ("base64", "SGVsbG8==\n\n", "Hello", []),
        ("Base64 (comment)", "SGVsbG8=", "Hello", []),
        ("base64", "This is plain text\n", "This is plain text\n", [.transferEncodingMismatch]),
        ("base64", "<html>x</html>\n", "<html>x</html>\n", [.transferEncodingMismatch]),
        ("quoted-printable", "a=3Db=\nc\n", "a=bc\n", []),
        ("quoted-printable", "a=3db= \t\nc", "a=bc", []),
        ("quoted-printable", "=ZZ ==44 =4", "=ZZ ==44 =4", [.quotedPrintableInvalid]),
        ("quoted-printable", "a =\nb \nc=", "a b \nc", []),
        ("\"quoted-printable\"", "=C3=A4", "ä", []),
        ("x-uuencode", "begin 644 a.txt\n%:&5L;&\\\n`\nend\n", "hello", []),
        ("x-uue", "begin 644 a.txt\n%:&5L;&\\\n \n", "hello", [.uuencodeDamaged]),
        ("uuencode", "%:&5L;&\\\n", "hello", [.uuencodeDamaged]),
        ("x-yenc", "=ybegin line=128 size=5 name=a\n\u{92}\n=yend size=9\n", "\u{68}", [.yencDamaged]),
        ("7-bit", "x", "x", []),
        ("", "x", "x", []),
    ]

    @Test(arguments: cases.indices) func `content is decoded as far as it can be`(index: Int) throws {
        let test = Self.cases[index]
        let message = parse("Content-Transfer-Encoding: \(test.encoding)\n\n" + test.content)
        var reader = message.reader(of: message.root)
        var decoded: [UInt8] = []
        while try reader.next(into: &decoded) {}
        if test.encoding != "x-yenc" {
            #expect(String(decoding: decoded, as: UTF8.self) == test.decoded.replacing("\n", with: "\r\n"))
        }
        #expect(reader.log.entries.map(\.code) == test.codes)
        var again: [UInt8] = []
        reader.rewind()
        while try reader.next(into: &again) {}
        #expect(decoded == again)
    }

    @Test func `yEnc is decoded and checked`() {
        let data = Array("hello = world\0".utf8)
        var lines = octets("=ybegin line=128 size=\(data.count) name=a b.bin\n")
        for octet in data {
            let shifted = octet &+ 42
            lines += [0x00, 0x0A, 0x0D, 0x3D].contains(shifted) ? [0x3D, shifted &+ 64] : [shifted]
        }
        lines += octets("\n=yend size=\(data.count)\n")
        var decoder = ByLine(YencDecoder())
        var decoded: [UInt8] = []
        decoder.decode(lines.span, into: &decoded)
        decoder.finish(into: &decoded)
        #expect(decoded == data)
        #expect(!decoder.decoder.isDamaged)
        #expect(decoder.decoder.name == Array("a b.bin".utf8))
    }

    @Test func `BinHex gives the data fork`() throws {
        let encoded = BinHexEncoder.encode(
            name: "a.txt", data: Array("hello world \u{90}".utf8) + [UInt8](repeating: 7, count: 300))
        let message = parse(
            "Content-Type: application/mac-binhex40\n\n(This file must be converted with BinHex 4.0)\n"
                + encoded)
        let attachments = try message.bodies().attachments
        #expect(attachments.map(\.source) == [.mime, .binhex])
        #expect(attachments.last?.filename == "a.txt")
        let last = try #require(attachments.last)
        #expect(message.content(of: last).hasPrefix("hello world"))
        #expect(message.content(of: last).utf8.count == 314)
    }

    @Test func `a message full of BinHex gives so many forks and no more`() throws {
        let encoded = BinHexEncoder.encode(name: "a.txt", data: Array("hello".utf8))
        let part = "--x\nContent-Type: application/mac-binhex40\n\n\(encoded)\n"
        let message = parse(
            "Content-Type: multipart/mixed; boundary=x\n\n" + String(repeating: part, count: 20) + "--x--\n")
        let attachments = try message.bodies().attachments
        #expect(attachments.count { $0.source == .mime } == 20)
        #expect(attachments.count { $0.source == .binhex } == 16)
    }
}

/// Writes BinHex for the tests.
enum BinHexEncoder {
    /// A file with this name and data fork.
    static func encode(name: String, data: [UInt8]) -> String {
        var header = [UInt8(name.utf8.count)] + Array(name.utf8) + [0] + Array("TEXTttxt".utf8) + [0, 0]
        header += (0..<4).map { UInt8(truncatingIfNeeded: data.count >> (24 - 8 * $0)) } + [0, 0, 0, 0]
        let octets = header + crc(header) + data + crc(data)
        return ":" + sixBits(octets.flatMap { $0 == 0x90 ? [0x90, 0] : [$0] }) + ":\n"
    }

    private static func crc(_ octets: [UInt8]) -> [UInt8] {
        var value: UInt16 = 0
        for octet in octets {
            value ^= UInt16(octet) << 8
            for _ in 0..<8 { value = value & 0x8000 != 0 ? (value << 1) ^ 0x1021 : value << 1 }
        }
        return [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)]
    }

    private static func sixBits(_ octets: [UInt8]) -> String {
        let alphabet = Array("!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr")
        var (text, bits, count) = ("", 0, 0)
        for octet in octets {
            bits = (bits << 8 | Int(octet)) & 0xFFFF
            count += 8
            while count >= 6 {
                count -= 6
                text.append(alphabet[bits >> count & 63])
            }
        }
        if count > 0 { text.append(alphabet[bits << (6 - count) & 63]) }
        return text
    }
}
