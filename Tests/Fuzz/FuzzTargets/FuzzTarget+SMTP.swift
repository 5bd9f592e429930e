internal import SMTP
internal import SMTPTestSupport

extension FuzzTarget {
    /// The parsers of `SMTP`.
    static let smtp = [
        FuzzTarget("smtp-command") { _ = try? CommandParser.parse($0) },
        FuzzTarget("smtp-session") { converse($0, after: "") },
        FuzzTarget("smtp-submission") { converse($0, after: "", ["mode": "submission", "tls": ""]) },
        FuzzTarget("smtp-data") { decodeData($0) },
        FuzzTarget("smtp-bdat") { octets in
            converse(
                octets, after: "EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<user@bridge.test>\r\n",
                ["message_size": "64"])
        },
        FuzzTarget("smtp-proxy") { decodeProxy($0) },
    ]

    /// Holds a session; the first octet says into how large parts the others are cut.
    private static func converse(_ octets: [UInt8], after lines: String, _ settings: [String: String] = [:]) {
        let driver = SessionDriver(settings.merging(["errors": "1000"]) { first, _ in first })
        driver.receive(Array(lines.utf8))
        let size = Int(octets.first ?? 0) + 1
        for start in stride(from: 1, to: octets.count, by: size) {
            driver.receive(Array(octets[start..<min(start + size, octets.count)]))
        }
        while let reply = driver.takeReply() {
            precondition(
                reply.octets.allSatisfy { $0 == 13 || $0 == 10 || (0x20..<0x7F).contains($0) }, "a raw echo")
        }
    }

    /// Un-stuffs whole and octet by octet: the same octets and the same end must come out.
    private static func decodeData(_ octets: [UInt8]) {
        let whole = unstuff([octets])
        let single = unstuff(octets.map { [$0] })
        precondition(
            whole.message == single.message && whole.rest == single.rest, "the decoder depends on the cut")
    }

    private static func unstuff(_ parts: [[UInt8]]) -> (message: [UInt8], rest: [UInt8]?) {
        var decoder = DataDecoder()
        var (message, pending): ([UInt8], [UInt8]) = ([], [])
        var hasEnded = false
        for part in parts {
            pending += part
            while !hasEnded {
                let piece = decoder.next(pending.span)
                message += pending[piece.octets]
                pending.removeFirst(piece.consumed)
                hasEnded = piece.isEnd
                if piece.consumed == 0 { break }
            }
        }
        return (message, hasEnded ? pending : nil)
    }

    /// A header is never longer than its octets, and a beginning never turns out wrong.
    private static func decodeProxy(_ octets: [UInt8]) {
        guard case .header(let length, _) = ProxyHeader.decode(octets.span) else { return }
        precondition(length <= octets.count, "a header longer than its octets")
        for cut in 0..<length {
            precondition(
                ProxyHeader.decode(Array(octets[..<cut]).span) == .incomplete, "a beginning that is refused")
        }
    }
}
