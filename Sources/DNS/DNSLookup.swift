import NIOCore

/// One question on its way through the servers.
///
/// Its state belongs to its event loop.
final class DNSLookup: Sendable {
    /// Told once: the answer, for how many seconds it holds, and how long it took.
    ///
    /// Not told after `cancel`.
    typealias Report = @Sendable (DNSAnswer, UInt32?, Duration) -> Void

    private let labels: [[UInt8]]
    private let type: DNSRecordType
    private let servers: ServerList
    private let trustsAD: Bool
    private let eventLoop: any EventLoop
    private let report: Report
    private let progress: NIOLoopBoundBox<Progress>

    private struct Progress {
        var plan: LookupPlan
        var exchange: DNSExchange?
        var begin = ContinuousClock.now
        var isOver = false
    }

    /// A lookup on `eventLoop`; nothing is sent before `begin`.
    init(
        labels: [[UInt8]], type: DNSRecordType, servers: ServerList, trustsAD: Bool,
        on eventLoop: any EventLoop,
        report: @escaping Report
    ) {
        self.labels = labels
        self.type = type
        self.servers = servers
        self.trustsAD = trustsAD
        self.eventLoop = eventLoop
        self.report = report
        let count = servers.addresses.count
        let first = servers.rotates && count > 1 ? Int.random(in: 0..<count) : 0
        progress = .makeBoxSendingValue(
            Progress(plan: LookupPlan(servers: count, rounds: servers.rounds, first: first)),
            eventLoop: eventLoop)
    }

    /// Asks.
    ///
    /// From any thread.
    func begin() {
        eventLoop.execute { self.proceed() }
    }

    /// Frees the socket and forgets the question.
    ///
    /// From any thread.
    func cancel() {
        eventLoop.execute {
            self.progress.value.isOver = true
            self.progress.value.exchange?.cancel()
            self.progress.value.exchange = nil
        }
    }

    private func proceed() {
        guard !progress.value.isOver else { return }
        switch progress.value.plan.action {
        case .giveUp(let reason):
            finish(DNSAnswer(.failure(reason)), ttl: nil)
        case .ask(let server, let overTCP, let withEDNS):
            let address = servers.addresses[server]
            let exchange = DNSExchange(
                DNSQuestion(labels: labels, type: type, mixesCase: !overTCP), on: eventLoop)
            progress.value.exchange = exchange
            exchange.ask(address, overTCP: overTCP, withEDNS: withEDNS, timeout: servers.timeout)
                .assumeIsolated().whenSuccess { self.take($0, from: address) }
        }
    }

    private func take(_ reception: DNSReception, from server: SocketAddress) {
        switch reception {
        case .failed(let reason): progress.value.plan.failed(reason)
        case .otherCase: progress.value.plan.needsTCP()
        case .reply(let reply) where reply.isTruncated: progress.value.plan.needsTCP()
        case .reply(let reply):
            switch reply.code {
            case 0, 3: return accept(reply, from: server)
            case 1, 4, 16: progress.value.plan.notUnderstood(code: reply.code)
            case 2: progress.value.plan.failed(.serverFailure)
            case 5: progress.value.plan.failed(.refused)
            default: progress.value.plan.failed(.code(reply.code))
            }
        }
        proceed()
    }

    private func accept(_ reply: DNSReply, from server: SocketAddress) {
        let meaning = reply.meaning(for: labels, type)
        let isTrusted = trustsAD || server.isLoopback
        finish(DNSAnswer(meaning.outcome, isAuthentic: reply.isAuthentic && isTrusted), ttl: meaning.ttl)
    }

    private func finish(_ answer: DNSAnswer, ttl: UInt32?) {
        guard !progress.value.isOver else { return }
        progress.value.isOver = true
        progress.value.exchange = nil
        report(answer, ttl, .now - progress.value.begin)
    }
}

extension SocketAddress {
    /// Whether it is on this machine.
    fileprivate var isLoopback: Bool {
        guard let text = ipAddress else { return false }
        return text.hasPrefix("127.") || text == "::1" || text.hasPrefix("::ffff:127.")
    }
}
