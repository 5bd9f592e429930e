package import Mail

extension Session {
    /// STARTTLS.
    ///
    /// What stands behind it in plaintext could be obeyed inside TLS (CVE-2011-0411): the session ends.
    mutating func startTLS(in progress: Progress, consumed: Int, hasMore: Bool) -> Step {
        guard canStartTLS else {
            return Step(consumed: consumed, refuse(facts.tls == nil ? Reply(.notOffered) : .alreadyTLS))
        }
        guard !hasMore else {
            state = .closed
            return Step(consumed: consumed, .close(said(.outOfStep)))
        }
        state = .awaitingTLS(isFirst: false)
        return Step(consumed: consumed, abandonsMessage: progress.holdsMessage, .startTLS(said(.readyForTLS)))
    }

    /// The handshake is done.
    ///
    /// All that was learned before is forgotten. RFC 3207 §4.2.
    package mutating func tlsEstablished(_ session: Envelope.TLSSession, mechanisms: [String]) -> Action {
        guard case .awaitingTLS(let isFirst) = state else { return .wait }
        facts.tls = session
        facts.helo = ""
        facts.isExtended = false
        facts.user = nil
        self.mechanisms = mechanisms
        state = .commands(.connected)
        transcript.noticed("\(session.version) \(session.cipher)")
        transcript.keepAsPreface()
        return isFirst ? greeting() : .read
    }

    /// AUTH, RFC 4954 §4.
    mutating func authenticate(
        _ mechanism: String, _ response: Command.InitialResponse, in progress: Progress
    ) -> Action {
        switch progress {
        case .connected: refuse(.helloFirst)
        case .greeted: authenticate(mechanism, response)
        case .transaction, .chunks: refuse(.badSequence)
        }
    }

    private mutating func authenticate(_ mechanism: String, _ response: Command.InitialResponse) -> Action {
        guard facts.user == nil else { return refuse(.alreadyAuthenticated) }
        guard canAuthenticate else {
            return refuse(facts.mode.takesUsers && canStartTLS ? .authNeedsTLS : Reply(.notOffered))
        }
        guard mechanisms.contains(mechanism) else { return refuse(.unknownMechanism) }
        switch response {
        case .malformed:
            return refuse(.badBase64)
        case .absent:
            state = .checkingCredentials
            return .authenticate(mechanism: mechanism, initialResponse: nil)
        case .octets(let octets):
            state = .checkingCredentials
            return .authenticate(mechanism: mechanism, initialResponse: octets)
        }
    }

    /// Reads a SASL response, RFC 4954 §4.
    mutating func readResponse(_ input: Span<UInt8>) -> Step {
        switch framing.cut(input) {
        case .incomplete(let consumed):
            return Step(consumed: consumed, .read)
        case .tooLong(let consumed):
            state = .commands(.greeted)
            return Step(consumed: consumed, refuse(.responseTooLong))
        case .line(let length):
            transcript.noticed("SASL response")
            return Step(consumed: length + 2, respond(Array(input, 0..<length)))
        }
    }

    private mutating func respond(_ line: [UInt8]) -> Action {
        guard line != [UInt8(ascii: "*")] else {
            state = .commands(.greeted)
            return refuse(.authCancelled)
        }
        guard let octets = Base64.decode(line[...]) else {
            state = .commands(.greeted)
            return refuse(.badBase64)
        }
        state = .checkingCredentials
        return .respond(octets)
    }

    /// What the SASL exchange says.
    package mutating func authenticated(_ outcome: AuthenticationOutcome) -> Action {
        guard case .checkingCredentials = state else { return .wait }
        switch outcome {
        case .challenge(let octets):
            state = .authenticating
            transcript.noticed("SASL challenge")
            return .reply(Reply(334, nil, Base64.encode(octets)))
        case .succeeded(let user):
            state = .commands(.greeted)
            facts.user = user
            let action = Action.reply(said(.authenticated))
            transcript.keepAsPreface()
            return action
        case .failed:
            state = .commands(.greeted)
            return refuse(.badCredentials, .authFailure)
        case .unavailable:
            state = .commands(.greeted)
            return refuse(.authUnavailable, .authFailure)
        }
    }

    /// XCLIENT: the peer says for whom it speaks.
    ///
    /// The session begins anew. Postfix XCLIENT_README.
    mutating func xclient(_ attributes: [XClientAttribute], in progress: Progress) -> Action {
        guard options.acceptsXClient else { return refuse(Reply(.unknownCommand)) }
        guard progress.isOutsideTransaction else { return refuse(.badSequence) }
        facts.helo = ""
        facts.isExtended = false
        // Name and port may stand in front of the address they belong to.
        for attribute in attributes where attribute.isAddress { apply(attribute) }
        for attribute in attributes where !attribute.isAddress { apply(attribute) }
        state = .commands(.connected)
        return greeting()
    }

    private mutating func apply(_ attribute: XClientAttribute) {
        switch attribute {
        case .address(let address):
            // The name that was known belongs to the address that was.
            facts.remoteName = nil
            facts.peer = address.map { .host($0, port: 0) } ?? .local
        case .port(let port?):
            if case .host(let address, _) = facts.peer { facts.peer = .host(address, port: port) }
        case .name(let name): facts.remoteName = name
        case .helo(let name): facts.helo = name ?? ""
        case .login(let user): facts.user = user
        case .isExtended(let isExtended): facts.isExtended = isExtended
        case .port(nil), .destination: break
        }
    }

    /// Reads the PROXY header that a listener of `proxy_from` expects.
    mutating func readProxyHeader(_ input: Span<UInt8>) -> Step {
        switch ProxyHeader.decode(input) {
        case .incomplete:
            return Step(.read)
        case .malformed:
            state = .closed
            return Step(consumed: input.count, .close(.badProxyHeader))
        case .header(let length, let source):
            if let source { facts.peer = source }
            guard input.count == length || options.beginsWithTLS else {
                state = .closed
                return Step(consumed: input.count, .close(said(.outOfStep)))
            }
            state = .opening
            return Step(consumed: length, .admit(facts.peer))
        }
    }
}
