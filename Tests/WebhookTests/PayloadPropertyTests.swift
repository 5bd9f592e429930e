import Cryptography
import MIME
import Mail
import Testing
import Webhook

/// Messages made from seeds, and what must hold for the payload of each.
@Suite struct PayloadPropertyTests {
    @Test(arguments: UInt64(1)...30)
    func `what a message was made of comes back out of its payload`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let parts = (0..<Int.random(in: 0...5, using: &random)).map { _ in
            (0..<Int.random(in: 0...3000, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
        }
        let text = (0..<Int.random(in: 1...200, using: &random)).map { _ in
            Self.words[Int.random(in: 0..<Self.words.count, using: &random)]
        }.joined(separator: " ")
        let payload = try payload(of: message(subject: "No. \(seed)", text: text, files: parts))
        let data = try #require(payload["data"] as? [String: Any])
        #expect(data["subject"] as? String == "No. \(seed)")
        #expect(
            (data["text"] as? String)?.split(whereSeparator: \.isWhitespace).joined(separator: " ") == text)
        let attachments = try #require(data["attachments"] as? [[String: Any]])
        #expect(attachments.map { $0["size"] as? Int } == parts.map(\.count))
        #expect(attachments.map { ($0["content"] as? String).flatMap { Base64.decode($0.utf8) } } == parts)
        #expect((data["defects"] as? [Any])?.isEmpty == true)
    }

    @Test(arguments: UInt64(1)...40)
    func `octets of any kind become valid UTF-8 and a valid payload`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let pieces = Self.shards.map { Array($0.utf8) }
        var octets: [UInt8] = []
        for _ in 0..<Int.random(in: 1...120, using: &random) {
            if Bool.random(using: &random) {
                octets += pieces[Int.random(in: 0..<pieces.count, using: &random)]
            } else {
                octets += (0..<Int.random(in: 1...12, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
            }
        }
        let renderer = PayloadRenderer()
        let request = ParseRequest(now: Timestamp(milliseconds: 0), raw: .inline)
        let payload = try all(of: renderer.render(request, source: MemorySource(octets)).body)
        #expect(String(validating: payload, as: UTF8.self) != nil)
        let flaws = try JSONSchema(named: "webhook.schema.json").flaws(of: json(payload))
        #expect(flaws.isEmpty)
        #expect(try all(of: renderer.render(request, source: WindowSource(octets)).body) == payload)
    }

    @Test func `a large message is a stream with the octets it would have in memory`() throws {
        let file = someOctets(1_100_000)
        let octets = message(
            subject: "large", text: String(repeating: "Grüße \u{2028} ", count: 40_000),
            files: [file, [1, 2]])
        let request = ParseRequest(now: Timestamp(milliseconds: 0), raw: .inline)
        let rendered = try PayloadRenderer().render(request, source: WindowSource(octets))
        guard case .stream(let stream) = rendered.body else {
            Issue.record("a large payload is in memory")
            return
        }
        let payload = try all(of: rendered.body)
        #expect(payload.count == stream.length)
        let data = try #require(json(payload)["data"] as? [String: Any])
        let attachments = try #require(data["attachments"] as? [[String: Any]])
        #expect((attachments.first?["content"] as? String).flatMap { Base64.decode($0.utf8) } == file)
        #expect(attachments.first?["sha256"] as? String == hexadecimal(MessageDigest.of(file)))
        #expect(attachments.last?["content"] as? String == "AQI=")
        let raw = try #require(data["raw"] as? [String: Any])
        #expect((raw["content"] as? String).flatMap { Base64.decode($0.utf8) } == octets)
    }

    private static let words = [
        "printer", "fire", "Grüße", "чай", "火", "🎉", "\"quoted\"", "back\\slash", "e\u{301}", "=",
    ]

    private static let shards = [
        "Subject: ", "From: ", "To: ", "\r\n", "\r\n\r\n", "\n",
        "Content-Type: multipart/mixed; boundary=b\r\n", "--b\r\n",
        "--b--\r\n", "Content-Transfer-Encoding: base64\r\n", "=?utf-8?B?", "?=", "=?iso-2022-jp?Q?=1B$B",
        "charset=koi8-r",
        "Content-Type: text/html; charset=utf-16\r\n",
        "Content-Disposition: attachment; filename*=utf-8''%ff%00\r\n",
        "Content-Type: message/rfc822\r\n", "begin 644 x\r\n", "Date: ", "<a@b>", "\u{2028}", "=ff", "AAAA",
    ]

    private func payload(of octets: [UInt8]) throws -> [String: Any] {
        let request = ParseRequest(now: Timestamp(milliseconds: 0))
        return try json(all(of: PayloadRenderer().render(request, source: MemorySource(octets)).body))
    }

    private func message(subject: String, text: String, files: [[UInt8]]) -> [UInt8] {
        var message = "Subject: \(subject)\r\nContent-Type: multipart/mixed; boundary=edge\r\n\r\n--edge\r\n"
        message += "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        message += lines(Array(text.utf8))
        for file in files {
            message +=
                "--edge\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
            message += "Content-Disposition: attachment\r\n\r\n" + lines(file)
        }
        return Array((message + "--edge--\r\n").utf8)
    }

    private func lines(_ octets: [UInt8]) -> String {
        let text = Base64.encode(octets)
        let lines = stride(from: 0, to: text.count, by: 76).map { text[$0..<min($0 + 76, text.count)] }
        return String(decoding: lines.map { $0 + Array("\r\n".utf8) }.joined(), as: UTF8.self)
    }
}

/// A generator that gives the same numbers for the same seed (Steele, Lea and Flood 2014).
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// `octets` as lower-case hexadecimal digits.
func hexadecimal(_ octets: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: octets.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
