internal import Mail

extension Session {
    /// Words by which other protocols give themselves away, RFC 5321 §7.8; ALPACA (USENIX Security 2021).
    private static let foreignWords: Set<String> = [
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PRI", "PROPFIND",
        "REPORT",
        "DESCRIBE", "REGISTER", "INVITE", "SUBSCRIBE", "HTTP",
    ]
    /// The first octet of a TLS handshake record, RFC 8446 §5.1.
    private static let tlsHandshake: UInt8 = 0x16

    /// Reads a command line and obeys it.
    mutating func readCommand(_ input: Span<UInt8>, in progress: Progress) -> Step {
        if input.count > 0, input[0] == Self.tlsHandshake {
            state = .closed
            return Step(consumed: input.count, .close(nil))
        }
        switch framing.cut(input) {
        case .incomplete(let consumed):
            return Step(consumed: consumed, .read)
        case .tooLong(let consumed):
            transcript.noticed("a line that is too long")
            guard !followsRefusedData else { return end(.outOfStep, consumed: consumed) }
            return Step(consumed: consumed, refuse(Reply(SyntaxError.lineTooLong)))
        case .line(let length):
            let line = Array(input, 0..<length)
            return obey(line, in: progress, hasMore: input.count > length + 2)
        }
    }

    private mutating func obey(_ line: [UInt8], in progress: Progress, hasMore: Bool) -> Step {
        let consumed = line.count + 2
        let wasRefusedData = followsRefusedData
        followsRefusedData = false
        do throws(SyntaxError) {
            let command = try CommandParser.parse(line)
            note(line, command)
            let step = perform(command, in: progress, consumed: consumed, hasMore: hasMore)
            if case .data = command { return guardRefusedData(step, hasMore: hasMore) }
            return step
        } catch {
            return refuse(line, error, wasRefusedData: wasRefusedData, hasMore: hasMore)
        }
    }

    private mutating func note(_ line: [UInt8], _ command: Command) {
        switch command {
        case .mail: transcript.beginTransaction()
        case .authenticate(let mechanism, _): return transcript.heard(Array("AUTH \(mechanism)".utf8))
        default: break
        }
        transcript.heard(line)
    }

    /// Answers a line that is no command.
    private mutating func refuse(
        _ line: [UInt8], _ error: SyntaxError, wasRefusedData: Bool, hasMore: Bool
    ) -> Step {
        transcript.noticed("\(line.count) octets not understood")
        let consumed = line.count + 2
        switch error {
        case .unknownCommand where wasRefusedData, .controlCharacter where wasRefusedData:
            return end(.outOfStep, consumed: consumed)
        case .unknownCommand where Self.isForeign(line):
            return end(.notSMTP, consumed: consumed)
        case .badChunk:
            return end(Reply(error), consumed: consumed)
        default:
            break
        }
        let step = Step(consumed: consumed, refuse(Reply(error)))
        let isData = line.prefix(4).elementsEqual("DATA".utf8, by: { uppercased($0) == $1 })
        return isData ? guardRefusedData(step, hasMore: hasMore) : step
    }

    private mutating func end(_ reply: Reply, consumed: Int) -> Step {
        state = .closed
        return Step(consumed: consumed, .close(said(reply)))
    }

    /// A request line of HTTP and the like, a banner of SSH, or a header field.
    private static func isForeign(_ line: [UInt8]) -> Bool {
        let word = line.prefix { $0.isLetter }
        let isField = line.prefix { $0 > 0x20 && $0 < 0x7F }.contains(UInt8(ascii: ":"))
        return foreignWords.contains(word[...].uppercasedWord) || line.starts(with: "SSH-".utf8) || isField
    }

    /// What stands behind a DATA that was refused is the text of a message, never commands: RFC 2920 §3.1
    /// makes DATA the last of a group.
    ///
    /// With such text in hand the session ends; else the next line is watched.
    private mutating func guardRefusedData(_ step: Step, hasMore: Bool) -> Step {
        guard case .reply(let reply) = step.action, !reply.isPositive else {
            if case .replyLate(let reply, _) = step.action {
                return endOrWatch(step, reply, hasMore: hasMore)
            }
            return step
        }
        return endOrWatch(step, reply, hasMore: hasMore)
    }

    private mutating func endOrWatch(_ step: Step, _ reply: Reply, hasMore: Bool) -> Step {
        guard hasMore else {
            followsRefusedData = true
            return step
        }
        state = .closed
        return Step(consumed: step.consumed, abandonsMessage: step.abandonsMessage, .close(reply))
    }
}

extension Array<UInt8> {
    /// A copy of part of a span.
    init(_ octets: Span<UInt8>, _ range: Range<Int>) {
        // Copied before it returns.
        self = unsafe octets.extracting(range).withUnsafeBytes { unsafe Array($0) }
    }
}
