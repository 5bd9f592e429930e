import SMTP
import SMTPTestSupport
import Testing

@Suite struct DataDecoderTests {
    /// What is sent after DATA, and the message it is; `nil`: it has no end, RFC 5321 §4.5.2.
    static let vectors: [(wire: String, message: String?)] = [
        (#".\r\n"#, ""),
        (#"a\r\n.\r\n"#, #"a\r\n"#),
        (#"..\r\n.\r\n"#, #".\r\n"#),
        (#"...\r\n..x\r\n.x\r\n.\r\n"#, #"..\r\n.x\r\nx\r\n"#),
        (#".\t\r\n. \r\n.\r\n"#, #"\t\r\n \r\n"#),
        (#"a.b\r\n.\r\n"#, #"a.b\r\n"#),
        (#"\r\n\r\n.\r\n"#, #"\r\n\r\n"#),
        (#"\0\xff\r\n.\r\n"#, #"\0\xff\r\n"#),
        (#".\r\r\n.\r\n"#, #"\r\r\n"#),
        (#"a\r\n.\r"#, nil),
        (#"a\r\n."#, nil),
        (#"a\r\n.."#, nil),
    ]

    /// Sequences that other servers took for the end of a message: CVE-2023-51764, -51765, -51766 and kin.
    static let smuggling = [
        #"\n.\n"#, #"\n.\r\n"#, #"\r\n.\n"#, #"\r.\r"#, #"\r.\r\n"#, #"\r\n.\r"#, #"\n.\r"#, #"\r.\n"#,
        #"\n\r.\n\r"#,
        #"\r\n.\n\r\n"#, #"\r\n.\0\r\n"#, #"\r\n .\r\n"#, #"\r\n. \r\n"#, #"\r\n..\r\n"#,
        #"\xc2\x85.\xc2\x85"#,
        #"\xe2\x80\xa8.\xe2\x80\xa8"#, #"\x0c.\r\n"#, #"\r\n\xef\xbc\x8e\r\n"#, #"\r\n.\r\r\n"#,
        #"\r\r\n.\n"#,
        #"\n\n.\n\n"#, #"\r\n.\r\n"#,
    ]

    @Test(arguments: vectors) func `a message is un-stuffed and ends at CRLF.CRLF`(
        wire: String, message: String?
    ) {
        expectEverySplit(Dialogue.unescaped(wire), message.map(Dialogue.unescaped))
    }

    @Test(arguments: smuggling.dropLast()) func `nothing else ends a message`(sequence: String) {
        let sequence = Dialogue.unescaped(sequence)
        for lead in ["", "text", "text\r\n"] {
            let wire = Array(lead.utf8) + sequence + Array("MAIL FROM:<smuggler@evil.example>\r\n".utf8)
            expectEverySplit(wire + Array(".\r\n".utf8), reference(wire))
        }
    }

    @Test(arguments: 0..<300) func `every message survives stuffing, cut anywhere`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let octets: [UInt8] = [13, 10, 46, 46, 97, 0, 13, 10]
        var message = (0..<Int.random(in: 0...40, using: &random)).map { _ in
            octets.randomElement(using: &random) ?? 0
        }
        if !message.isEmpty { message += [13, 10] }
        expectEverySplit(stuffed(message) + [46, 13, 10], message)
    }

    /// The decoder verifier: whole, octet by octet, and cut at each position.
    private func expectEverySplit(_ wire: [UInt8], _ message: [UInt8]?) {
        #expect(decode([wire]) == message)
        #expect(decode(wire.map { [$0] }) == message)
        for cut in 0...wire.count { #expect(decode([Array(wire[..<cut]), Array(wire[cut...])]) == message) }
    }

    private func decode(_ parts: [[UInt8]]) -> [UInt8]? {
        var decoder = DataDecoder()
        var (message, pending): ([UInt8], [UInt8]) = ([], [])
        for part in parts {
            pending += part
            while true {
                let piece = decoder.next(pending.span)
                message += pending[piece.octets]
                pending.removeFirst(piece.consumed)
                if piece.isEnd { return message }
                if piece.consumed == 0 { break }
            }
        }
        return nil
    }

    /// Un-stuffs the slow and obvious way; `wire` has no end of message in it.
    private func reference(_ wire: [UInt8]) -> [UInt8] {
        var message: [UInt8] = []
        for (index, octet) in wire.enumerated() {
            let isLineStart = index == 0 || (index >= 2 && wire[index - 2] == 13 && wire[index - 1] == 10)
            if !(isLineStart && octet == 46) { message.append(octet) }
        }
        return message
    }

    private func stuffed(_ message: [UInt8]) -> [UInt8] {
        var wire: [UInt8] = []
        for (index, octet) in message.enumerated() {
            let isLineStart =
                index == 0 || (index >= 2 && message[index - 2] == 13 && message[index - 1] == 10)
            if isLineStart, octet == 46 { wire.append(46) }
            wire.append(octet)
        }
        return wire
    }
}
