internal import Glibc
internal import Mail
internal import NIOCore
internal import NIOPosix
internal import SMTP
internal import Synchronization

/// By what a listener is known again after a reload: its address, and its name where the system chooses the port.
struct ListenerKey: Hashable {
    private let address: ListenerAddress
    private let name: String?

    /// The key of `options`.
    init(_ options: ListenerOptions) {
        address = options.address
        name = if case .tcp(_, port: 0) = options.address { options.name } else { nil }
    }
}

/// A listener that is bound.
final class BoundListener: Sendable {
    /// Its options in force.
    let options: Mutex<ListenerOptions>
    /// Its socket.
    let channel: any Channel

    /// The listener of `channel`.
    init(_ options: ListenerOptions, _ channel: any Channel) {
        self.options = Mutex(options)
        self.channel = channel
    }

    /// Begins to accept.
    func accept() async throws {
        try await channel.setOption(.autoRead, value: true).get()
        channel.read()
    }

    /// Stops listening; the path of a Unix socket goes too.
    func close() async {
        let path = if case .unix(let path) = options.withLock(\.address) { path } else { String?.none }
        try? await channel.close().get()
        if let path { _ = unsafe Glibc.unlink(path) }
    }
}

extension SMTPService {
    /// Binds one listener.
    ///
    /// It does not accept yet.
    func bind(_ options: ListenerOptions) async throws -> BoundListener {
        let current = Current()
        let channel: any Channel
        do {
            channel = try await open(options.address, bootstrap(current))
        } catch let error as IOError {
            throw ListenerError.cannotBind(
                listener: options.name, options.address, errno: error.errnoCode)
        } catch let error as ListenerError {
            throw error
        } catch {
            throw ListenerError.failed(listener: options.name, options.address, reason: "\(error)")
        }
        let listener = BoundListener(options, channel)
        current.listener.withLock { $0 = listener }
        return listener
    }

    /// The listener whose connections are set up; it is known only once its socket is.
    private final class Current: Sendable {
        let listener = Mutex<BoundListener?>(nil)
    }

    /// How much is read at once: a common message as a whole, and more of a large one.
    ///
    /// NIO's own beginning, 2 KiB, took three reads for 4 KB. Of a buffer the system gives memory only for what is used.
    private static let receiveBuffers = AdaptiveRecvByteBufferAllocator(
        minimum: 8192, initial: 8192, maximum: 65_536)

    private func bootstrap(_ current: Current) -> ServerBootstrap {
        let core = core
        let mailboxes = mailboxes
        return ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.autoRead, value: false)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptGuard(core.reserve))
                }
            }
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 16_384, high: 65_536))
            .childChannelOption(.recvAllocator, value: Self.receiveBuffers)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let listener = current.listener.withLock({ $0 }),
                        let mailbox = mailboxes[ObjectIdentifier(channel.eventLoop)]
                    else { throw ChannelError.ioOnClosedChannel }
                    let handler = ConnectionHandler(
                        core, listener: listener.options.withLock { $0 }, peer: Peer(channel.remoteAddress),
                        mailbox: mailbox)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
    }

    private func open(_ address: ListenerAddress, _ bootstrap: ServerBootstrap) async throws -> any Channel {
        switch address {
        case .tcp(let host, let port):
            let bootstrap = bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            guard case .v6(high: 0, low: 0) = host else {
                return try await bootstrap.bind(host: "\(host)", port: port).get()
            }
            return try await bootstrap.serverChannelOption(.ipOption(.ipv6_v6only), value: 0)
                .bind(host: "::", port: port).get()
        case .unix(let path):
            try await removeStaleSocket(path)
            return try await bootstrap.bind(unixDomainSocketPath: path).get()
        case .systemd(let name):
            guard let descriptor = passed.duplicate(name) else { throw ListenerError.notPassed(name: name) }
            return try await bootstrap.withBoundSocket(descriptor).get()
        }
    }

    /// Removes a socket that nobody listens on any more, left behind by a process that was killed.
    private func removeStaleSocket(_ path: String) async throws {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw ListenerError.pathIsNoSocket(path: path) }
        if let answer = try? await ClientBootstrap(group: group).connect(unixDomainSocketPath: path).get() {
            try? await answer.close().get()
            throw ListenerError.pathInUse(path: path)
        }
        _ = unsafe Glibc.unlink(path)
    }
}
