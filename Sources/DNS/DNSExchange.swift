import NIOCore
import NIOPosix

/// What one server said to one question.
enum DNSReception: Sendable, Equatable {
    /// A reply to exactly this question.
    case reply(DNSReply)
    /// A reply whose name is not in the case it was sent in: a server that does not keep it, or a forger.
    case otherCase
    /// Nothing usable.
    case failed(DNSFailure)
}

/// One question to one server: a socket of its own, closed when the reply or the deadline is there.
///
/// Event-loop-bound.
///
/// The socket is connected, so the kernel drops what others send, and its port is random.
final class DNSExchange {
    private let question: DNSQuestion
    private let eventLoop: any EventLoop
    private let promise: EventLoopPromise<DNSReception>
    private var channel: (any Channel)?
    private var timer: Scheduled<Void>?
    private var isOver = false

    /// An exchange on `eventLoop`; nothing is sent yet.
    init(_ question: DNSQuestion, on eventLoop: any EventLoop) {
        self.question = question
        self.eventLoop = eventLoop
        promise = eventLoop.makePromise()
    }

    /// Asks `server`, and waits for at most `timeout`.
    func ask(
        _ server: SocketAddress, overTCP: Bool, withEDNS: Bool, timeout: Duration
    ) -> EventLoopFuture<DNSReception> {
        let message = question.message(withEDNS: withEDNS)
        timer = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timeout)) {
            self.finish(.failed(.timeout))
        }
        let handler = DNSReplyHandler(question: question, isStream: overTCP) { self.finish($0) }
        let bound = NIOLoopBound(handler, eventLoop: eventLoop)
        let opening =
            overTCP
            ? ClientBootstrap(group: eventLoop).connectTimeout(TimeAmount(timeout))
                .channelInitializer { $0.eventLoop.makeCompletedFuture(add(bound, to: $0)) }.connect(
                    to: server)
            : DatagramBootstrap(group: eventLoop)
                .channelInitializer { $0.eventLoop.makeCompletedFuture(addForDatagrams(bound, to: $0)) }
                .connect(to: server)
        opening.assumeIsolated().whenComplete { result in
            switch result {
            case .success(let channel): self.opened(channel, message, overTCP: overTCP)
            case .failure: self.finish(.failed(.unreachable))
            }
        }
        return promise.futureResult
    }

    /// Ends it at once.
    func cancel() {
        finish(.failed(.cancelled))
    }

    private func opened(_ channel: any Channel, _ message: [UInt8], overTCP: Bool) {
        guard !isOver else { return channel.close(promise: nil) }
        self.channel = channel
        var buffer = channel.allocator.buffer(capacity: message.count + 2)
        if overTCP { buffer.writeInteger(UInt16(truncatingIfNeeded: message.count)) }
        buffer.writeBytes(message)
        channel.writeAndFlush(buffer, promise: nil)
    }

    private func finish(_ reception: DNSReception) {
        guard !isOver else { return }
        isOver = true
        timer?.cancel()
        channel?.close(promise: nil)
        promise.succeed(reception)
    }
}

/// Adds the handler on the channel's loop, which is ours.
private func add(_ handler: NIOLoopBound<DNSReplyHandler>, to channel: any Channel) -> Result<Void, any Error>
{
    Result { try channel.pipeline.syncOperations.addHandler(handler.value) }
}

private func addForDatagrams(_ handler: NIOLoopBound<DNSReplyHandler>, to channel: any Channel) -> Result<
    Void, any Error
> {
    Result { try channel.pipeline.syncOperations.addHandlers([DatagramOpener(), handler.value]) }
}

/// Takes datagrams out of their envelopes; the socket is connected, so all are from the server.
private final class DatagramOpener: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias InboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(wrapInboundOut(unwrapInboundIn(data).data))
    }
}

/// Waits for the reply to one question and passes over everything else.
///
/// Event-loop-bound.
private final class DNSReplyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let question: DNSQuestion
    private let isStream: Bool
    private let report: (DNSReception) -> Void
    private var received: [UInt8] = []

    init(question: DNSQuestion, isStream: Bool, report: @escaping (DNSReception) -> Void) {
        self.question = question
        self.isStream = isStream
        self.report = report
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let octets = Array(buffer: unwrapInboundIn(data))
        if isStream { takeStream(octets) } else { take(octets) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        report(.failed(.unreachable))
    }

    func channelInactive(context: ChannelHandlerContext) {
        report(.failed(.unreachable))
    }

    /// A datagram that is no reply to our question is not ours: a forger must not end the wait.
    private func take(_ octets: [UInt8]) {
        guard let reply = DNSReply(octets) else {
            // Our question with a damaged answer behind it will not get better by waiting.
            if isDamagedReply(octets) { report(.failed(.malformed)) }
            return
        }
        guard isAnswered(by: reply) else { return }
        report(reply.labels == question.labels ? .reply(reply) : .otherCase)
    }

    /// Replies on a stream come behind their length, two octets.
    ///
    /// RFC 7766 §8.
    private func takeStream(_ octets: [UInt8]) {
        received += octets
        guard received.count >= 2 else { return }
        let count = Int(received[0]) << 8 | Int(received[1])
        guard received.count >= 2 + count else { return }
        guard let reply = DNSReply(Array(received[2..<(2 + count)])), isAnswered(by: reply) else {
            return report(.failed(.malformed))
        }
        report(.reply(reply))
    }

    private func isAnswered(by reply: DNSReply) -> Bool {
        reply.id == question.id && reply.type == question.type.rawValue
            && DNSName.folded(reply.labels) == DNSName.folded(question.labels)
    }

    private func isDamagedReply(_ octets: [UInt8]) -> Bool {
        var header = DNSReader(octets)
        guard header.word() == question.id, let flags = header.word(), flags & 0x8000 != 0,
            header.octets(8) != nil, header.name() == question.labels
        else { return false }
        return header.word() == question.type.rawValue
    }
}
