internal import Mail

extension Session {
    /// Obeys a command where it is allowed, and refuses it where it is not.
    mutating func perform(_ command: Command, in progress: Progress, consumed: Int, hasMore: Bool) -> Step {
        switch command {
        case .quit:
            state = .closed
            return Step(consumed: consumed, .close(said(.bye)))
        case .hello(let greeting, let name):
            return Step(consumed: consumed, abandonsMessage: progress.holdsMessage, hello(greeting, name))
        case .reset:
            if !progress.isConnected { state = .commands(.greeted) }
            return Step(consumed: consumed, abandonsMessage: progress.holdsMessage, idle(.ok))
        case .noop:
            return Step(consumed: consumed, idle(.ok))
        case .help:
            return Step(consumed: consumed, idle(.help))
        case .verify:
            return Step(consumed: consumed, idle(.cannotVerify))
        case .startTLS:
            return startTLS(in: progress, consumed: consumed, hasMore: hasMore)
        case .chunk(let count, let isLast):
            let chunk = Chunk(count: count, remaining: count, isLast: isLast)
            return self.chunk(chunk, in: progress, consumed: consumed)
        case .mail(let sender, let parameters):
            return Step(consumed: consumed, mail(from: sender, parameters, in: progress))
        case .recipient(let path):
            return Step(consumed: consumed, recipient(path, in: progress))
        case .data:
            return Step(consumed: consumed, data(in: progress))
        case .authenticate(let mechanism, let response):
            return Step(consumed: consumed, authenticate(mechanism, response, in: progress))
        case .xclient(let attributes):
            return Step(consumed: consumed, xclient(attributes, in: progress))
        }
    }

    /// Answers a command that does no work, and ends the session when there were too many of them.
    private mutating func idle(_ reply: Reply) -> Action {
        refuse(reply, .idleCommand)
    }

    /// HELO, EHLO, LHLO: also ends a transaction, RFC 5321 §4.1.4, RFC 2033 §4.1.
    private mutating func hello(_ greeting: Command.Greeting, _ name: String) -> Action {
        guard (greeting == .lhlo) == (facts.mode == .lmtp) else { return refuse(.wrongGreeting) }
        facts.helo = name
        facts.isExtended = greeting != .helo
        state = .commands(.greeted)
        let reply = greeting == .helo ? Reply(250, nil, options.hostname) : Reply(250, nil, lines: offer)
        let action = idle(reply)
        transcript.keepAsPreface()
        return action
    }

    /// What EHLO answers: our name and every extension that can be used now, RFC 5321 §4.1.1.1.
    private var offer: [String] {
        var lines = [
            options.hostname, "PIPELINING", "SIZE \(options.messageSize.bytes)", "8BITMIME", "SMTPUTF8",
            "CHUNKING",
            "BINARYMIME", "ENHANCEDSTATUSCODES", "LIMITS RCPTMAX=\(options.recipients)",
        ]
        if canStartTLS { lines.append("STARTTLS") }
        if canAuthenticate { lines.append("AUTH \(mechanisms.joined(separator: " "))") }
        if canRequireTLS { lines.append("REQUIRETLS") }
        if options.acceptsXClient { lines.append("XCLIENT \(XClientAttribute.offer)") }
        return lines
    }

    /// Whether STARTTLS can be used now, RFC 3207 §4.2.
    var canStartTLS: Bool { options.offersStartTLS && facts.tls == nil }

    /// Whether AUTH can be used now.
    var canAuthenticate: Bool { facts.mode.takesUsers && facts.user == nil && !mechanisms.isEmpty }

    /// Whether REQUIRETLS can be used now, RFC 8689 §4.1.
    var canRequireTLS: Bool { options.offersRequireTLS && facts.tls != nil }
}

extension ListenerMode {
    /// Whether mail comes from users, who prove who they are, RFC 6409 §4.3.
    package var takesUsers: Bool {
        switch self {
        case .submission, .submissions: true
        case .mx, .lmtp: false
        }
    }
}

extension Session.Progress {
    /// Whether part of a message was received.
    var holdsMessage: Bool {
        if case .chunks = self { true } else { false }
    }

    /// Whether no transaction is open.
    var isOutsideTransaction: Bool {
        switch self {
        case .connected, .greeted: true
        case .transaction, .chunks: false
        }
    }

    /// Whether EHLO is still missing.
    var isConnected: Bool {
        if case .connected = self { true } else { false }
    }
}
