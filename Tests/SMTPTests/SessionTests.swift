import Mail
import SMTP
import SMTPTestSupport
import Testing

@Suite struct SessionTests {
    @Test func `a line of the greatest length is obeyed and a longer one refused once`() {
        let longest = 12_288
        for (length, code) in [(longest, 250), (longest + 1, 500), (1_000_000, 500)] {
            for isWhole in [true, false] {
                let driver = SessionDriver([:])
                _ = driver.takeReply()
                let line = Array("NOOP ".utf8) + Array(repeating: 0x78, count: length - 7) + [13, 10]
                if isWhole { driver.receive(line) } else { line.chunked(4000).forEach(driver.receive) }
                #expect(driver.takeReply()?.code == code)
                #expect(driver.takeReply() == nil)
                driver.receive(Array("NOOP\r\n".utf8))
                #expect(driver.takeReply()?.code == 250)
            }
        }
    }

    @Test func `the transcript has the dialogue and no secret`() throws {
        let driver = SessionDriver(["mode": "submission", "tls": ""])
        let lines = [
            "EHLO client.example", "STARTTLS", "EHLO client.example", "AUTH LOGIN", "dGVzdGVy", "c2VjcmV0",
            "c2VjcmV0", "MAIL FROM:<a@sender.example>", "RCPT TO:<user@bridge.test>", "DATA",
            "Subject: private", ".",
            "MAIL FROM:<b@sender.example>", "RCPT TO:<user@bridge.test>", "DATA", ".",
        ]
        for line in lines { driver.receive(Array("\(line)\r\n".utf8)) }
        let (first, second) = (driver.receiver.messages[0].transcript, driver.receiver.messages[1].transcript)
        for secret in ["dGVzdGVy", "c2VjcmV0", "private"] { #expect(!first.contains(secret)) }
        for part in ["C: EHLO client.example\n", "C: AUTH LOGIN\n", "S: 235 ", "C: MAIL FROM:<a@", "S: 354 "]
        {
            #expect(first.contains(part))
        }
        #expect(second.contains("C: AUTH LOGIN\n") && second.contains("<b@") && !second.contains("<a@"))
    }

    @Test func `a connection that ends in a message leaves nothing`() {
        let driver = SessionDriver([:])
        driver.receive(
            Array("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<user@bridge.test>\r\nDATA\r\ntext\r\n.".utf8))
        let isInTransaction = driver.session.isInTransaction
        #expect(isInTransaction)
        guard case .close(let reply) = driver.session.end(.timeout) else {
            Issue.record("the session does not close")
            return
        }
        #expect(reply?.code == 421)
        let patience = driver.session.patience
        #expect(patience == .nothing)
        #expect(driver.receiver.messages.isEmpty)
    }

    @Test func `a message that is given up is aborted once`() {
        let driver = SessionDriver(["message_size": "5"])
        driver.receive(
            Array("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<user@bridge.test>\r\nBDAT 3\r\nabcRSET\r\n".utf8))
        #expect(driver.receiver.aborted == 1)
        driver.receive(Array("MAIL FROM:<>\r\nRCPT TO:<user@bridge.test>\r\nDATA\r\n123456789\r\n.\r\n".utf8))
        #expect(driver.receiver.aborted == 2)
        driver.receive(
            Array("MAIL FROM:<>\r\nRCPT TO:<user@bridge.test>\r\nBDAT 3\r\nabcEHLO d\r\nQUIT\r\n".utf8))
        #expect(driver.receiver.aborted == 3)
        #expect(driver.isClosed)
    }

    @Test func `a chunk that is too large is refused before anybody is asked to take it`() {
        let driver = SessionDriver(["message_size": "5"])
        driver.receive(
            Array("EHLO c\r\nMAIL FROM:<late@sender.example>\r\nRCPT TO:<user@bridge.test>\r\n".utf8))
        driver.receive(Array("BDAT 6 LAST\r\n123456".utf8))
        for code in [220, 250, 250, 250, 552] { #expect(driver.takeReply()?.code == code) }
        #expect(driver.receiver.aborted == 0)
    }

    @Test func `a line that is too long behind a refused DATA ends the session`() {
        let driver = SessionDriver([:])
        let text = Array(repeating: UInt8(ascii: "x"), count: 13_000)
        driver.receive(Array("EHLO c\r\nMAIL FROM:<>\r\nDATA\r\n".utf8))
        driver.receive(text + Array("\r\nMAIL FROM:<>\r\n".utf8))
        for code in [220, 250, 250, 503, 554] { #expect(driver.takeReply()?.code == code) }
        #expect(driver.isClosed)
    }

    @Test func `XCLIENT may say the name before the address, and a name ends with its address`() {
        let driver = SessionDriver(["xclient": ""])
        driver.receive(Array("EHLO c\r\nXCLIENT NAME=n.example ADDR=192.0.2.9\r\n".utf8))
        let (name, peer) = (driver.session.facts.remoteName, driver.session.facts.peer)
        #expect(name == "n.example")
        #expect(peer.address == .v4(0xC000_0209))
        driver.receive(Array("EHLO c\r\nXCLIENT ADDR=192.0.2.10\r\n".utf8))
        let forgotten = driver.session.facts.remoteName
        #expect(forgotten == nil)
        driver.receive(Array("EHLO c\r\nXCLIENT PORT=77 ADDR=192.0.2.11\r\n".utf8))
        let withPort = driver.session.facts.peer
        #expect(withPort == .host(.v4(0xC000_020B), port: 77))
        driver.receive(Array("EHLO c\r\nXCLIENT ADDR=[UNAVAILABLE]\r\n".utf8))
        let unknown = driver.session.facts.peer
        #expect(unknown.address == nil)
    }

    @Test func `recipients beyond the limit are no errors at first, and end the session some day`() {
        let driver = SessionDriver(["recipients": "1", "errors": "5"])
        driver.receive(Array("EHLO c\r\nMAIL FROM:<>\r\n".utf8))
        for _ in 0..<1001 { driver.receive(Array("RCPT TO:<user@bridge.test>\r\n".utf8)) }
        #expect(driver.delays == 0)
        for _ in 0..<4 { driver.receive(Array("RCPT TO:<user@bridge.test>\r\n".utf8)) }
        #expect(!driver.isClosed)
        driver.receive(Array("RCPT TO:<user@bridge.test>\r\n".utf8))
        #expect(driver.isClosed)
    }

    @Test func `AUTH that cannot be checked is late, and ends the session some day`() {
        var options = SessionOptions(["auth_failures": "3"])
        options.errors = 1000
        let facts = SessionFacts(listener: "s", mode: .submission, peer: .local)
        var session = Session(facts, options: options, mechanisms: ["PLAIN"])
        _ = session.open()
        var last: [Action] = []
        for line in ["EHLO c", "AUTH PLAIN", "AUTH PLAIN", "AUTH PLAIN"] {
            _ = session.next(Array("\(line)\r\n".utf8).span)
            last.append(session.authenticated(.unavailable))
        }
        #expect(last[0] == .wait)
        for action in last[1...2] {
            guard case .replyLate(let reply, _) = action else {
                Issue.record("not late")
                return
            }
            #expect(reply.code == 454)
        }
        guard case .close(let reply) = last[3] else {
            Issue.record("not closed")
            return
        }
        #expect(reply?.code == 421)
    }

    @Test func `errors are answered late once half of the budget is spent`() {
        let driver = SessionDriver(["errors": "6"])
        for _ in 0..<5 { driver.receive(Array("FNORD\r\n".utf8)) }
        #expect(driver.delays == 2)
    }

    @Test func `commands that do no work end the session some day`() {
        let driver = SessionDriver([:])
        for _ in 0..<300 { driver.receive(Array("NOOP\r\n".utf8)) }
        #expect(driver.isClosed)
    }

    @Test(arguments: 0..<100) func `whatever comes in, replies are well-formed and octets are never lost`(
        seed: UInt64
    ) {
        var random = SplitMix64(seed: seed)
        let pieces = [
            "EHLO c\r\n", "MAIL FROM:<>\r\n", "MAIL FROM:<a@b.example> BODY=BINARYMIME\r\n",
            "RCPT TO:<user@bridge.test>\r\n", "RCPT TO:<nobody@bridge.test>\r\n", "DATA\r\n", ".\r\n",
            "text\r\n",
            "BDAT 5\r\nabcde", "BDAT 3 LAST\r\nxyz", "RSET\r\n", "NOOP\r\n", "STARTTLS\r\n", "AUTH PLAIN\r\n",
            "*\r\n",
            "\r\n", "\n", "\r", ".", "\u{0}", "FNORD \u{7F}\r\n",
        ]
        let stream = (0..<60).flatMap { _ in Array((pieces.randomElement(using: &random) ?? "").utf8) }
        let settings = ["errors": "1000", "refused_recipients": "1000", "mode": "mx"]
        let whole = SessionDriver(settings)
        let cut = SessionDriver(settings)
        // Rules about what stands behind a command look at what is in hand, so both get the same lines at once.
        whole.receive(stream)
        for piece in stream.chunked(Int.random(in: 1...7, using: &random)) { cut.receive(piece) }
        for driver in [whole, cut] {
            while let reply = driver.takeReply() {
                #expect((200..<600).contains(reply.code))
                let lines = String(decoding: reply.octets, as: UTF8.self)
                #expect(lines.hasSuffix("\r\n"))
                #expect(lines.utf8.allSatisfy { $0 == 13 || $0 == 10 || (0x20..<0x7F).contains($0) })
            }
        }
    }
}

extension [UInt8] {
    fileprivate func chunked(_ size: Int) -> [[UInt8]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
