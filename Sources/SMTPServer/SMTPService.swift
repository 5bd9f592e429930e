package import Logging
internal import Mail
package import NIOCore
internal import NIOPosix
package import SMTP
internal import ServiceLifecycle
internal import Synchronization
package import Telemetry

/// The listeners of `smtp.listeners`: binds, accepts, and drains when the process is told to stop.
package final class SMTPService: Service {
    private let core: ServerCore
    private let group: MultiThreadedEventLoopGroup
    private let mailboxes: [ObjectIdentifier: LoopMailbox]
    private let listeners = Mutex<[ListenerOptions: any Channel]>([:])

    /// A server that hands its mail to `receiver`, on `threads` event loops.
    package init(
        _ options: SMTPServerOptions, receiver: any MessageReceiver, registry: Registry, logger: Logger,
        threads: Int = 1
    ) {
        core = ServerCore(options, receiver: receiver, registry: registry, logger: logger)
        group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, threads))
        var mailboxes: [ObjectIdentifier: LoopMailbox] = [:]
        for loop in group.makeIterator() { mailboxes[ObjectIdentifier(loop)] = LoopMailbox(loop) }
        self.mailboxes = mailboxes
        let peers = core.peers
        registry.gauge("transom_smtp_connections", help: "SMTP connections now.") { Double(peers.connections) }
    }

    /// Binds every listener; nothing is read before `run`. Throws what the system says.
    package func bind() async throws {
        for listener in core.options.listeners where listeners.withLock({ $0[listener] == nil }) {
            let channel = try await bind(listener)
            listeners.withLock { $0[listener] = channel }
        }
    }

    /// The address of each listener by its name, once bound.
    package var addresses: [String: SocketAddress] {
        listeners.withLock { listeners in
            Dictionary(listeners.compactMap { listener, channel in
                channel.localAddress.map { (listener.name, $0) }
            }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// Accepts until the process is told to stop, then drains.
    package func run() async throws {
        try await bind()
        for channel in listeners.withLock({ Array($0.values) }) {
            try await channel.setOption(.autoRead, value: true).get()
            channel.read()
        }
        try? await gracefulShutdown()
        await drain()
    }

    private func bind(_ listener: ListenerOptions) async throws -> any Channel {
        let core = core
        let mailboxes = mailboxes
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.autoRead, value: false)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 16_384, high: 65_536))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let mailbox = mailboxes[ObjectIdentifier(channel.eventLoop)] else {
                        preconditionFailure("every loop of the group has its mailbox")
                    }
                    let peer = Peer(channel.remoteAddress)
                    try channel.pipeline.syncOperations.addHandler(
                        ConnectionHandler(core, listener: listener, peer: peer, mailbox: mailbox))
                }
            }
        switch listener.address {
        case .tcp(let address, let port):
            return try await bootstrap.bind(host: "\(address)", port: port).get()
        case .unix(let path):
            return try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        case .systemd(let name):
            throw ListenerError.notPassed(name)
        }
    }

    /// Stops accepting, lets transactions end, and closes what is left when the time is over.
    private func drain() async {
        core.beginDraining()
        for channel in listeners.withLock({ Array($0.values) }) { try? await channel.close().get() }
        for mailbox in mailboxes.values { mailbox.forEachConnection { $0.drain() } }
        let end = ServerCore.now + core.options.shutdown
        while core.peers.connections > 0, ServerCore.now < end { try? await Task.sleep(for: .milliseconds(20)) }
        try? await group.shutdownGracefully()
    }
}

/// Why a listener cannot listen.
package enum ListenerError: Error, Equatable {
    /// systemd passed no socket of this name.
    case notPassed(String)
}

extension Peer {
    /// The other end of a socket; an IPv4-mapped address is IPv4.
    init(_ address: SocketAddress?) {
        guard let address, let text = address.ipAddress, let host = IPAddress(text) else {
            self = .local
            return
        }
        self = .host(host.unmapped, port: UInt16(clamping: address.port ?? 0))
    }
}
