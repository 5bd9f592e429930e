import Cryptography
import MIME
import Mail
import Testing
import Webhook

@Suite struct PayloadRendererTests {
    private let trace = Array("Received: from a\r\n\tby b; Mon, 23 Nov 2026 20:14:05 +0000\r\n".utf8)

    @Test(arguments: [0, 1, 5_000, 1_100_000])
    func `a raw message leaves as its trace fields and its octets`(count: Int) throws {
        let octets = someOctets(count)
        let payload = try PayloadRenderer().render(
            request(octets, format: .rfc822), source: WindowSource(octets))
        #expect(payload.contentType == "message/rfc822")
        #expect(payload.length == trace.count + count)
        #expect(try all(of: payload.body) == trace + octets)
        let contiguous = try PayloadRenderer().render(
            request(octets, format: .rfc822), source: MemorySource(octets))
        #expect(try all(of: contiguous.body) == trace + octets)
    }

    @Test(arguments: [7, 48 << 10, 3_000_000])
    func `a stream gives the same octets whatever the buffer, and again after rewinding`(size: Int) throws {
        let octets = someOctets(800_000)
        let payload = try PayloadRenderer().render(
            request(octets, raw: .inline), source: WindowSource(octets))
        guard case .stream(let stream) = payload.body else {
            Issue.record("a large payload is in memory")
            return
        }
        let expected = try all(of: payload.body)
        #expect(expected.count == payload.length)
        var output: [UInt8] = []
        for _ in 0..<2 {
            output = []
            var buffer = [UInt8](repeating: 0, count: size)
            let rounds = size < 100 ? 20_000 : Int.max
            for _ in 0..<rounds {
                let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe stream.next(into: $0) }
                guard count > 0 else { break }
                output += buffer[..<count]
            }
            stream.rewind()
        }
        #expect(output == Array(expected.prefix(output.count)))
        #expect(size < 100 || output.count == expected.count)
    }

    @Test func `a signature over a stream is that of its octets`() throws {
        let octets = someOctets(800_000)
        let payload = try PayloadRenderer().render(
            request(octets, raw: .inline), source: WindowSource(octets))
        let key = try WebhookSigningKey(StandardWebhooksTests.vectors[2].0)
        let signer = StandardWebhooks(secrets: [.generate(), .generate()], signingKey: key)
        let now = Timestamp(milliseconds: 0)
        let streamed = try signer.headers(id: "dlv_1", timestamp: now, body: payload.body)
        let whole = try signer.headers(id: "dlv_1", timestamp: now, body: .memory(try all(of: payload.body)))
        #expect(streamed.map(\.value) == whole.map(\.value))
    }

    @Test func `a message that changes under us is an error, not another body`() throws {
        let octets = someOctets(800_000)
        let source = ShrinkingSource(octets)
        let payload = try PayloadRenderer().render(request(octets, raw: .inline), source: source)
        source.shrink(to: 500_000)
        #expect(throws: PayloadStreamError.self) { try all(of: payload.body) }
    }

    @Test func `a read that fails, whichever it is, spoils neither the renderer nor the signer`() throws {
        let head =
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n"
            + "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        let octets = Array(head.utf8) + Base64.encode(someOctets(100_000))
        let renderer = PayloadRenderer()
        let signer = StandardWebhooks(secrets: [.generate()])
        let parse = ParseRequest(now: Timestamp(milliseconds: 0), raw: .inline)
        let expected = try all(of: renderer.render(parse, source: MemorySource(octets)).body)
        for number in 0..<1_000 {
            let source = FailingSource(octets, failingAt: number)
            do {
                let payload = try renderer.render(parse, source: source)
                #expect(try all(of: payload.body) == expected)
                #expect(number > 5)
                break
            } catch is FailingSource.Broken {
                #expect(try all(of: renderer.render(parse, source: MemorySource(octets)).body) == expected)
            }
        }
        let shrunk = ShrinkingSource(someOctets(1_100_000))
        let payload = try renderer.render(request(someOctets(1_100_000), format: .rfc822), source: shrunk)
        let now = Timestamp(milliseconds: 0)
        let before = try signer.headers(id: "dlv_1", timestamp: now, body: .memory([1]))
        shrunk.shrink(to: 1_000_000)
        #expect(throws: PayloadStreamError.self) {
            try signer.headers(id: "dlv_1", timestamp: now, body: payload.body)
        }
        #expect(
            try signer.headers(id: "dlv_1", timestamp: now, body: .memory([1])).map(\.value)
                == before.map(\.value))
    }

    private func request(
        _ octets: [UInt8], format: PayloadFormat = .transom, raw: RawInclusion = .none
    ) -> RenderRequest {
        RenderRequest(
            id: MessageID(high: 1, low: 2), receivedAt: Timestamp(milliseconds: 1_795_464_845_123),
            envelope: Envelope(mailFrom: "", recipients: [], listener: "mx", helo: "a", remoteIP: nil),
            recipients: [], trace: trace, receivedSHA256: MessageDigest.of(octets), format: format, raw: raw)
    }
}
