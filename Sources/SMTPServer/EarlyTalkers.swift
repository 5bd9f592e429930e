internal import Glibc
internal import Logging
internal import NIOCore
internal import SMTP
internal import Telemetry

// A client that speaks before it is greeted is no mail client: RFC 5321 §3.1 and §4.3.1 let the server speak first.

extension ConnectionHandler {
    /// Opens the session: greets, unless the peer spoke first.
    ///
    /// Without a delay what has arrived by then counts; with one the greeting comes that much later. Behind a PROXY
    /// header the session itself has looked.
    func welcome(isBehindProxy: Bool = false) {
        guard let delay = options.greetingDelay, !session.beginsWithTLS, let context else {
            return perform(session.open())
        }
        if delay > .zero, session.facts.mode == .mx, !options.trustedNetworks.contain(session.facts.peer) {
            greet(after: delay, context)
        } else if !isBehindProxy, hasHeard(context.channel) {
            refuseEarlyTalker()
        } else {
            perform(session.open())
        }
    }

    /// Refuses a peer that did not wait for the greeting.
    func refuseEarlyTalker() {
        core.metrics.earlyTalkers.add()
        core.logger.debug("early talker", metadata: ["listener": "\(session.facts.listener)"])
        perform(session.spokeTooEarly())
    }

    /// Reads on meanwhile: `channelRead` refuses whoever speaks.
    private func greet(after delay: Duration, _ context: ChannelHandlerContext) {
        holds.insert(.greeting)
        context.read()
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: TimeAmount(delay)) {
            guard bound.value.holds.contains(.greeting), !bound.value.holds.contains(.closing) else { return }
            bound.value.perform(bound.value.session.open())
            bound.value.release(.greeting)
        }
    }

    /// Whether octets wait on the socket already.
    private func hasHeard(_ channel: any Channel) -> Bool {
        guard session.facts.peer != .local, let provider = channel as? any SocketOptionProvider else {
            return false
        }
        var count: UInt64 = 0
        let information: EventLoopFuture<ReceivedOctets> = provider.unsafeGetSocketOption(
            level: NIOBSDSocket.OptionLevel.tcp, name: NIOBSDSocket.Option(rawValue: TCP_INFO))
        information.assumeIsolated().whenSuccess { count = $0.count }
        return count > 0
    }
}

/// As much of Linux's `struct tcp_info` as is needed, tcp(7): the count of octets received is its 17th word of 64 bits.
private struct ReceivedOctets: Sendable {
    private var head: InlineArray<16, UInt64> = .init(repeating: 0)
    private var received: UInt64 = 0

    /// The octets received; the end of the stream counts as one to the kernel, and not to us.
    var count: UInt64 {
        let state = UInt8(truncatingIfNeeded: UInt64(littleEndian: head[0]))
        return received - (state == Self.closeWait ? min(received, 1) : 0)
    }

    /// The peer has closed its half: TCP_CLOSE_WAIT.
    private static let closeWait: UInt8 = 8
}
