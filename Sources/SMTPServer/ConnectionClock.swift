internal import Mail
internal import NIOCore
internal import SMTP
internal import Telemetry

/// The deadlines of one connection, as values: nothing is scheduled or cancelled for it, the loop looks at
/// all its connections now and then, RFC 5321 §4.5.3.2.
struct ConnectionClock {
    /// How long our own side may take for an answer before the session is given up, RFC 5321 §4.5.3.2.6.
    static let longestAnswer = Duration.seconds(600)

    private let timeouts: SMTPServerOptions.Timeouts
    private let minimumDataRate: Int
    private var patience = Patience.nothing
    private var phaseStart = Duration.zero
    private var lastHeard = Duration.zero
    private var lineStart: Duration?
    private var octets = 0

    /// A clock that keeps these times.
    init(_ options: SMTPServerOptions) {
        timeouts = options.timeouts
        minimumDataRate = options.minimumDataRate.bytes
    }

    /// Octets arrived.
    mutating func heard(_ count: Int, now: Duration = ServerCore.now) {
        lastHeard = now
        octets += count
    }

    /// The session waits for `patience` now, and `holdsLine` is the beginning of a command.
    ///
    /// Most calls change nothing, and do not ask for the time.
    mutating func note(
        _ patience: Patience, holdsLine: Bool, now: @autoclosure () -> Duration = ServerCore.now
    ) {
        if patience != self.patience {
            self.patience = patience
            lastHeard = now()
            (phaseStart, octets) = (lastHeard, 0)
        }
        lineStart = holdsLine && patience == .command ? lineStart ?? now() : nil
    }

    /// Whether the peer, or we, took too long.
    func isOver(now: Duration) -> Bool {
        switch patience {
        case .command: now >= (lineStart.map { $0 + timeouts.command } ?? lastHeard + timeouts.idle)
        case .message: now >= lastHeard + timeouts.data || isTooSlow(now)
        case .handshake: now >= phaseStart + timeouts.handshake
        case .proxyHeader: now >= phaseStart + timeouts.proxy
        case .ourselves: now >= phaseStart + Self.longestAnswer
        case .nothing: false
        }
    }

    /// The average since the message began, judged only once `timeouts.data` has passed.
    private func isTooSlow(_ now: Duration) -> Bool {
        let elapsed = now - phaseStart
        return elapsed >= timeouts.data && Double(octets) < Double(minimumDataRate) * (elapsed / .seconds(1))
    }
}

extension ConnectionHandler {
    /// Notes what is waited for.
    func keepTime() {
        let patience = session.patience
        // A peer that does not read our replies keeps us waiting as one that says nothing.
        let isDeaf = patience == .ourselves && holds.contains(.output)
        clock.note(isDeaf ? .command : patience, holdsLine: input.readableBytes > 0)
    }

    /// Ends the session when its time is over.
    func checkTime(_ now: Duration) {
        guard !holds.contains(.closing), clock.isOver(now: now) else { return }
        core.metrics.timeouts.add()
        perform(session.end(session.patience == .ourselves ? .undecided : .timeout))
        flush()
    }
}
