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
            let descriptor = try socket(for: options)
            channel = try await bootstrap(current).withBoundSocket(descriptor).get()
            // NIO has its own idea of the backlog of a socket that it did not open.
            _ = Glibc.listen(descriptor, ListeningSocket.backlog)
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

    /// The socket of a listener: opened early, passed by systemd, or opened here.
    private func socket(for options: ListenerOptions) throws(ListenerError) -> CInt {
        if let descriptor = takeEarlySocket(ListenerKey(options)) { return descriptor }
        guard case .systemd(let name) = options.address else {
            return try ListeningSocket.open(options)
        }
        guard let descriptor = passed.duplicate(name) else { throw .notPassed(name: name) }
        return descriptor
    }
}
