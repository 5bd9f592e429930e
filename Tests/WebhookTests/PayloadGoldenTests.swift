import Cryptography
import Foundation
import MIME
import Mail
import Testing
import Webhook

/// The messages in `Tests/Payloads`, each with the payload it becomes beside it; `UPDATE_GOLDEN=1` writes them anew.
@Suite struct PayloadGoldenTests {
    static let folder = repository.appending(path: "Tests/Payloads")
    static let names =
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path()))?
        .filter { $0.hasSuffix(".eml") }.map { String($0.dropLast(4)) }.sorted() ?? []

    @Test func `there are messages`() {
        #expect(Self.names.count > 10)
    }

    @Test(arguments: names)
    func `a message becomes the payload beside it`(name: String) throws {
        let octets = try message(name)
        let payload = try all(
            of: PayloadRenderer().render(request(octets), source: MemorySource(octets)).body)
        let text = indented(payload)
        let file = Self.folder.appending(path: name + ".json")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(text).write(to: file)
        }
        #expect(text == Array(try Data(contentsOf: file)))
        let flaws = try JSONSchema(named: "webhook.schema.json").flaws(of: json(payload))
        #expect(flaws.isEmpty)
    }

    @Test(arguments: names)
    func `a message read in windows becomes the same payload`(name: String) throws {
        let octets = try message(name)
        let renderer = PayloadRenderer()
        let whole = try renderer.render(request(octets), source: MemorySource(octets))
        let windows = try renderer.render(request(octets), source: WindowSource(octets))
        #expect(try all(of: whole.body) == all(of: windows.body))
    }

    @Test(arguments: names)
    func `what is parsed twice becomes the same octets`(name: String) throws {
        let octets = try message(name)
        let renderer = PayloadRenderer()
        let request = ParseRequest(now: Timestamp(milliseconds: 1_795_464_845_123), raw: .inline)
        let first = try all(of: renderer.render(request, source: MemorySource(octets)).body)
        let second = try all(of: renderer.render(request, source: WindowSource(octets)).body)
        #expect(first == second)
        let data = try #require(json(first)["data"] as? [String: Any])
        let raw = try #require(data["raw"] as? [String: Any])
        #expect((raw["content"] as? String).flatMap { Base64.decode($0.utf8) } == octets)
        #expect(raw["sha256"] as? String == raw["received_sha256"] as? String)
        #expect(data["id"] as? String == "msg_00000000000000000000000000")
        let flaws = try JSONSchema(named: "webhook.schema.json").flaws(of: json(first))
        #expect(flaws.isEmpty)
    }

    /// Every prefix is a message too: cut off in a header, a word, a delimiter, a character.
    @Test(arguments: [
        "attachments", "alternative-inline-image", "bounce", "broken", "iso-2022-jp", "uuencode",
    ])
    func `every prefix of a message becomes a valid payload`(name: String) throws {
        let octets = try message(name)
        let schema = try JSONSchema(named: "webhook.schema.json")
        let renderer = PayloadRenderer()
        for count in stride(from: 0, through: octets.count, by: 7) {
            let prefix = Array(octets.prefix(count))
            let payload = try all(
                of: renderer.render(
                    ParseRequest(now: Timestamp(milliseconds: 0)), source: MemorySource(prefix)
                ).body)
            #expect(String(validating: payload, as: UTF8.self) != nil)
            #expect(try schema.flaws(of: json(payload)).isEmpty, "\(count) octets of \(name)")
        }
    }

    private func message(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: Self.folder.appending(path: name + ".eml")))
    }

    /// A delivery to one of two recipients of an encrypted session, with trace fields.
    private func request(_ octets: [UInt8]) -> RenderRequest {
        RenderRequest(
            id: MessageID(high: 0x0199_4B2A_5C3D_0001, low: 0x0123_4567_89AB_CDEF),
            receivedAt: Timestamp(milliseconds: 1_795_464_845_123),
            envelope: Envelope(
                mailFrom: "alice@example.org",
                recipients: [
                    Recipient(address: "other@example.com", local: "other", tag: nil, domain: "example.com"),
                    Recipient(
                        address: "support+42@example.com", local: "support", tag: "42", domain: "example.com"),
                ],
                listener: "mx", helo: "mail.example.org", remoteIP: "192.0.2.7",
                tls: .init(version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384"), body: .eightBitMIME),
            recipients: [
                RoutedRecipient(
                    recipient: 1, route: "support", captures: [Capture(name: "ticket", value: "42")])
            ],
            trace: Array(
                "Received: from mail.example.org\r\n\tby mx.example.com; Mon, 23 Nov 2026 20:14:05 +0000\r\n"
                    .utf8),
            receivedSHA256: MessageDigest.of(octets), raw: .none)
    }
}

/// The members of a JSON object.
func json(_ octets: [UInt8]) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(octets)) as? [String: Any])
}

/// `octets`, which are JSON, with a line for each member and element, so that a change shows in a diff.
func indented(_ octets: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    var (depth, isInString, isEscaped) = (0, false, false)
    func newLine() { output += Array("\n".utf8) + [UInt8](repeating: 0x20, count: depth * 2) }
    for (index, octet) in octets.enumerated() {
        let isAtCloser = index + 1 < octets.count && "]}".utf8.contains(octets[index + 1])
        if isInString {
            output.append(octet)
            if isEscaped {
                isEscaped = false
            } else if octet == UInt8(ascii: "\\") {
                isEscaped = true
            } else if octet == UInt8(ascii: "\"") {
                isInString = false
            }
            continue
        }
        switch octet {
        case UInt8(ascii: "\""):
            isInString = true
            output.append(octet)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            output.append(octet)
            depth += 1
            if !isAtCloser { newLine() }
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            if let last = output.last, !"[{".utf8.contains(last) { newLine() }
            output.append(octet)
        case UInt8(ascii: ","):
            output.append(octet)
            newLine()
        case UInt8(ascii: ":"):
            output += Array(": ".utf8)
        default:
            output.append(octet)
        }
    }
    return output + Array("\n".utf8)
}
