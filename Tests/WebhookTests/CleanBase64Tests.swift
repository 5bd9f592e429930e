import Cryptography
import MIME
import Mail
import Testing
import Webhook

/// Large attachments in base64 of every kind: whatever a sender wrote, what leaves is canonical.
@Suite struct CleanBase64Tests {
    private static let clean = Base64.encode(someOctets(900_000) + [0])
    private static let whole = Base64.encode(someOctets(900_000))

    /// What stands in the part, by how it was spoiled.
    static let encodings: [(String, [UInt8])] = {
        let inLines = lines(clean)
        var list: [(String, [UInt8])] = [("canonical", inLines), ("canonical without padding", lines(whole))]
        list.append(("in one line", clean))
        list.append(("with bare line feeds", lines(clean, end: "\n")))
        list.append(("with no last line end", Array(inLines.dropLast(2))))
        list.append(("with blanks", lines(clean, end: " \r\n")))
        list.append(("with a stray character", inLines + Array("!\r\n".utf8)))
        list.append(("with padding in the middle", inLines + lines(whole)))
        list.append(("without its padding", clean.filter { $0 != UInt8(ascii: "=") }))
        list.append(("cut in a group", Array(clean.prefix(1_200_001))))
        list.append(("with unused bits set", spoiled(clean)))
        list.append(("with data behind its end", inLines + Array("AAAA\r\n".utf8)))
        list.append(("with too much padding", inLines + Array("==\r\n".utf8)))
        list.append(("with URL-safe digits", clean.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 }))
        return list
    }()

    @Test(arguments: encodings)
    func `base64 leaves as the encoding of what it decodes to`(name: String, encoding: [UInt8]) throws {
        let head =
            "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
            + "Content-Disposition: attachment\r\n\r\n"
        let octets = Array(head.utf8) + encoding
        let message = try MessageParser().parse(MemorySource(octets))
        let decoded = try #require(try message.decoded(message.root))
        let request = ParseRequest(now: Timestamp(milliseconds: 0))
        let payload = try PayloadRenderer().render(request, source: WindowSource(octets))
        guard case .stream = payload.body else {
            Issue.record("the attachment is in memory")
            return
        }
        let data = try #require(json(all(of: payload.body))["data"] as? [String: Any])
        let attachment = try #require((data["attachments"] as? [[String: Any]])?.first)
        #expect(attachment["size"] as? Int == decoded.count)
        #expect(attachment["sha256"] as? String == hexadecimal(MessageDigest.of(decoded)))
        #expect((attachment["content"] as? String).map { Array($0.utf8) } == Base64.encode(decoded))
    }

    private static func lines(_ text: [UInt8], end: String = "\r\n") -> [UInt8] {
        Array(
            stride(from: 0, to: text.count, by: 76).map {
                text[$0..<min($0 + 76, text.count)] + Array(end.utf8)
            }.joined())
    }

    /// The last group is `AA==`, whose second digit has four bits that encode nothing.
    private static func spoiled(_ text: [UInt8]) -> [UInt8] {
        var text = text
        text[text.count - 3] += 1
        return text
    }
}
