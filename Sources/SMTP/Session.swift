internal import Mail

/// The server's side of an SMTP or LMTP conversation: octets in, actions out.
///
/// No socket, no clock, no lock.
///
/// Whoever drives it calls `open()` once and then `next(_:)` with everything received and not yet consumed, performs
/// the action, and calls again until the action is `.read`, `.wait` or `.close`. Actions that ask are answered by the
/// method they name, which returns an action in turn. How octets are cut changes with each command (lines, a message,
/// a chunk), and is decided before the octet behind it is looked at.
///
/// ```
///            open()            hello             mail, senderChecked        data, begun
/// connected ───────▶ connected ──────▶ greeted ───────────────▶ transaction ─────────▶ receivingData ─┐
///     ▲ proxy, TLS      ▲                 ▲  ▲                      │ │ chunk, begun                  │ final dot
///     └──────────────── startTLS, xclient ┘  └─ reset, hello ───────┘ └──▶ receivingChunk ⇄ chunks ───┤ LAST
///                                         └───────────────────────── concluded ◀── committing ◀───────┘
/// ```
///
/// There is one for each connection, and it is never copied.
package struct Session: ~Copyable {
    /// What is known about the session so far.
    package internal(set) var facts: SessionFacts
    /// How it behaves.
    let options: SessionOptions
    /// The SASL mechanisms that can work here and now.
    var mechanisms: [String]
    /// Where the conversation stands.
    var state: State
    /// Cuts command lines.
    var framing = LineFraming()
    /// What the peer may still do wrong.
    var budget = ErrorBudget()
    /// What was said.
    var transcript = Transcript()
    /// Whether the command before was a DATA that was refused: what follows may be the text of a message.
    var followsRefusedData = false

    /// A session with `facts.peer` that offers `mechanisms` in plaintext.
    package init(_ facts: SessionFacts, options: SessionOptions, mechanisms: [String] = []) {
        self.facts = facts
        self.options = options
        self.mechanisms = mechanisms
        state = options.expectsProxyHeader ? .awaitingProxyHeader : .opening
    }

    /// Begins: the greeting, TLS, or reading the PROXY header.
    package mutating func open() -> Action {
        switch state {
        case .opening where options.beginsWithTLS:
            state = .awaitingTLS(isFirst: true)
            return .startTLS(nil)
        case .opening:
            state = .commands(.connected)
            return greeting()
        default:
            return .read
        }
    }

    /// The peer spoke before it was greeted: RFC 5321 §3.1 lets the server speak first.
    package mutating func spokeTooEarly() -> Action {
        guard case .opening = state else { return .wait }
        state = .closed
        return .close(said(.outOfStep))
    }

    /// The peer's name was found; XCLIENT may have said another, which counts.
    package mutating func learned(name: String) {
        facts.remoteName = facts.remoteName ?? name
    }

    /// Takes the next step through `input`: everything received and not yet consumed.
    package mutating func next(_ input: Span<UInt8>) -> Step {
        switch state {
        case .awaitingProxyHeader:
            readProxyHeader(input)
        case .commands(let progress):
            readCommand(input, in: progress)
        case .authenticating:
            readResponse(input)
        case .receivingData(let incoming):
            readData(input, incoming)
        case .discardingData(let decoder, let reply, let copies, let discarded):
            discardData(input, decoder, reply, copies: copies, discarded)
        case .receivingChunk(let incoming, let chunk):
            readChunk(input, incoming, chunk)
        case .discardingChunk(let remaining, let reply, let copies, let progress, let discarded):
            discardChunk(input, remaining, reply, copies: copies, progress, discarded)
        case .opening, .awaitingTLS, .checkingSender, .judging, .beginning, .committing, .checkingCredentials:
            Step(.wait)
        case .closed:
            Step(consumed: input.count, .close(nil))
        }
    }

    /// What the session waits for.
    package var patience: Patience {
        switch state {
        case .awaitingProxyHeader: .proxyHeader
        case .awaitingTLS: .handshake
        case .commands, .authenticating: .command
        case .receivingData, .receivingChunk, .discardingData, .discardingChunk: .message
        case .opening, .checkingSender, .judging, .beginning, .committing, .checkingCredentials: .ourselves
        case .closed: .nothing
        }
    }

    /// Whether TLS comes before the greeting.
    package var beginsWithTLS: Bool { options.beginsWithTLS }

    /// Whether a transaction is open: on shutdown it may come to its end.
    package var isInTransaction: Bool {
        switch state {
        case .commands(.transaction), .commands(.chunks), .checkingSender, .judging, .beginning,
            .receivingData,
            .receivingChunk, .discardingData, .discardingChunk, .committing:
            true
        case .awaitingProxyHeader, .opening, .awaitingTLS, .commands(.connected), .commands(.greeted),
            .authenticating, .checkingCredentials, .closed:
            false
        }
    }

    /// Ends the session from our side: time is over, or we are stopping.
    package mutating func end(_ reply: Reply) -> Action {
        let isOver = if case .closed = state { true } else { false }
        // Before the greeting or inside a handshake a reply would be read as something else.
        let isMute =
            switch state {
            case .awaitingTLS: true
            default: isOver
            }
        state = .closed
        return .close(isMute ? nil : said(reply))
    }

    /// The greeting, RFC 5321 §4.2.
    mutating func greeting() -> Action {
        .reply(said(Reply(220, nil, "\(options.hostname) \(facts.mode == .lmtp ? "LMTP" : "ESMTP") Transom")))
    }

    /// Notes what we answer.
    mutating func said(_ reply: Reply) -> Reply {
        transcript.said(reply)
        return reply
    }

    /// Refuses, counts it, and ends the session when it was one too many.
    mutating func refuse(_ reply: Reply, _ offence: ErrorBudget.Offence = .error) -> Action {
        switch budget.spend(offence, options) {
        case .none: return .reply(said(reply))
        case .delay: return .replyLate(said(reply), options.errorDelay)
        case .end:
            state = .closed
            return .close(said(.tooManyErrors))
        }
    }
}

extension Step {
    /// A step over `consumed` octets.
    init(consumed: Int = 0, abandonsMessage: Bool = false, _ action: Action) {
        self.init(consumed: consumed, abandonsMessage: abandonsMessage, action: action)
    }
}
