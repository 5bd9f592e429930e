import Mail
import SMTP
import Testing

@Suite struct TraceTests {
    private static let peer = Peer.host(.v4(0xC000_0207), port: 4000)

    private func facts(_ change: (inout TransactionFacts) -> Void = { _ in }) -> TransactionFacts {
        var facts = TransactionFacts(
            session: SessionFacts(
                listener: "mx", mode: .mx, peer: Self.peer, helo: "mail.example.org", isExtended: true),
            reversePath: nil)
        change(&facts)
        return facts
    }

    private func received(_ facts: TransactionFacts) -> String {
        String(
            decoding: Trace.received(
                facts, id: .zero, hostname: "mx.example.com", receivedAt: Timestamp(milliseconds: 0)),
            as: UTF8.self)
    }

    @Test func `the field says from whom, by whom, how and when`() {
        #expect(
            received(facts()) == """
                Received: from mail.example.org ([192.0.2.7])\r
                \tby mx.example.com (Transom) with ESMTP id \(MessageID.zero);\r
                \tThu, 1 Jan 1970 00:00:00 +0000\r

                """)
    }

    @Test func `what the peer says about itself can do no harm`() {
        let field = received(facts { $0.session.helo = "evil)\r\nX: y (" })
        #expect(field.hasPrefix("Received: from [192.0.2.7] (HELO evil???X:?y?? [192.0.2.7])\r\n\tby "))
    }

    @Test(arguments: [
        (false, false, false, ListenerMode.mx, "SMTP"), (true, false, false, .mx, "ESMTP"),
        (true, true, false, .mx, "ESMTPS"), (true, true, true, .submission, "ESMTPSA"),
        (true, false, true, .submission, "ESMTPA"), (true, false, false, .lmtp, "LMTP"),
        (true, true, false, .lmtp, "LMTPS"),
    ]) func `the protocol is named by its keyword`(
        isExtended: Bool, hasTLS: Bool, hasUser: Bool, mode: ListenerMode, keyword: String
    ) {
        let facts = facts {
            $0.session.isExtended = isExtended
            $0.session.mode = mode
            $0.session.tls = hasTLS ? Envelope.TLSSession(version: "TLSv1.3", cipher: "X") : nil
            $0.session.user = hasUser ? "u" : nil
        }
        #expect(Trace.keyword(facts) == keyword)
        var utf8 = facts
        utf8.smtputf8 = true
        #expect(Trace.keyword(utf8).hasPrefix(mode == .lmtp ? "UTF8LMTP" : "UTF8SMTP"))
    }

    @Test func `Received fields are counted, our own apart, however the octets arrive`() {
        let header = """
            Received: from a.example by MX.example.com; Thu, 1 Jan 2026 00:00:00 +0000\r
            received : from b.example\r
            \tby mx.example.com\r
            \twith ESMTP; Thu, 1 Jan 2026 00:00:00 +0000\r
            Received-SPF: pass\r
            Received: from c.example by mx.example.com.evil.example; x\r
            Subject: Received: not a field\r
            \r
            Received: from d.example by mx.example.com; in the body\r

            """
        for size in [1, 2, 7, 1000] {
            var scanner = HeaderScanner(hostname: "mx.example.com")
            let octets = Array(header.utf8)
            for start in stride(from: 0, to: octets.count, by: size) {
                scanner.scan(Array(octets[start..<min(start + size, octets.count)]).span)
            }
            scanner.finish()
            #expect(scanner.receivedFields == 3)
            #expect(scanner.ownFields == 2)
        }
    }
}
