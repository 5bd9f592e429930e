internal import Mail
internal import NIOCore
internal import SMTP
internal import Telemetry

/// The deadlines of one connection, as values: asking costs nothing, and nothing is scheduled or cancelled when input
/// arrives. RFC 5321 §4.5.3.2.
struct ConnectionClock {
    /// How long our own side may take for an answer before the session is given up. RFC 5321 §4.5.3.2.6.
    static let longestAnswer = Duration.seconds(600)
    /// How often the rate of a message is looked at.
    static let rateCheck = Duration.seconds(5)

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
    mutating func note(_ patience: Patience, holdsLine: Bool, now: Duration = ServerCore.now) {
        if patience != self.patience {
            self.patience = patience
            (phaseStart, lastHeard, octets) = (now, now, 0)
        }
        lineStart = holdsLine && patience == .command ? lineStart ?? now : nil
    }

    /// When to look again at the latest; `nil` when nothing is waited for.
    func deadline(now: Duration) -> Duration? {
        switch patience {
        case .command:
            lineStart.map { $0 + timeouts.command } ?? lastHeard + timeouts.idle
        case .message:
            min(lastHeard + timeouts.data, max(phaseStart + timeouts.data, now + Self.rateCheck))
        case .handshake: phaseStart + timeouts.handshake
        case .proxyHeader: phaseStart + timeouts.proxy
        case .ourselves: phaseStart + Self.longestAnswer
        case .nothing: nil
        }
    }

    /// Whether the peer, or we, took too long.
    func isOver(now: Duration) -> Bool {
        guard patience == .message else { return deadline(now: now).map { now >= $0 } ?? false }
        if now >= lastHeard + timeouts.data { return true }
        guard now >= phaseStart + timeouts.data else { return false }
        return Double(octets) < Double(minimumDataRate) * ((now - phaseStart) / .seconds(1))
    }
}

extension ConnectionHandler {
    /// Notes what is waited for, and sees to it that the timer fires no later than the deadline.
    func keepTime() {
        let now = ServerCore.now
        // A peer that does not read our replies keeps us waiting as one that says nothing.
        let patience = holds.contains(.output) && session.patience == .ourselves ? .command : session.patience
        clock.note(patience, holdsLine: input.readableBytes > 0, now: now)
        guard let context, let deadline = clock.deadline(now: now) else { return }
        if let timer {
            // A timer that fires too early arms itself again; only one that would fire too late is replaced.
            guard deadline < timer.deadline else { return }
            timer.task.cancel()
        }
        arm(context, deadline, now)
    }

    private func arm(_ context: ChannelHandlerContext, _ deadline: Duration, _ now: Duration) {
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let delay = max(deadline - now, .milliseconds(1))
        let task = context.eventLoop.scheduleTask(in: TimeAmount(delay)) { bound.value.timerFired() }
        timer = (task, deadline)
    }

    private func timerFired() {
        timer = nil
        let now = ServerCore.now
        if !holds.contains(.closing), clock.isOver(now: now) {
            core.metrics.timeouts.add()
            perform(session.end(session.patience == .ourselves ? .undecided : .timeout))
            flush()
        } else {
            keepTime()
        }
    }
}
