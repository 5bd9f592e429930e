package import Logging
internal import Mail
package import NIOCore
internal import NIOPosix
package import SASL
package import SMTP
internal import ServiceLifecycle
internal import Synchronization
package import TLS
package import Telemetry

/// The listeners of `smtp.listeners`: binds, accepts, and drains when the process is told to stop.
package final class SMTPService: Service {
    let core: ServerCore
    let group: MultiThreadedEventLoopGroup
    let mailboxes: [ObjectIdentifier: LoopMailbox]
    let passed: PassedSockets
    private let sockets: Mutex<Sockets>

    private struct Sockets {
        /// Sockets that were opened before there was a service, each until it is taken.
        var early: EarlySockets
        var bound: [ListenerKey: BoundListener] = [:]
        var isAccepting = false
    }

    /// A server that hands its mail to `receiver`, on `threads` event loops.
    ///
    /// One loop serves two cores best.
    package init(
        _ options: SMTPServerOptions, receiver: any MessageReceiver, tls: TLSContext? = nil,
        sasl: SASLService? = nil, passed: PassedSockets = PassedSockets(),
        early: EarlySockets = EarlySockets(),
        names: (any PeerNames)? = nil, registry: Registry, logger: Logger, threads: Int = 1
    ) {
        core = ServerCore(
            ServerCore.Configuration(options: options, security: Security(tls: tls, sasl: sasl)),
            receiver: receiver, names: names, registry: registry, logger: logger)
        self.passed = passed
        sockets = Mutex(Sockets(early: early))
        group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, threads))
        var mailboxes: [ObjectIdentifier: LoopMailbox] = [:]
        for loop in group.makeIterator() { mailboxes[ObjectIdentifier(loop)] = LoopMailbox(loop) }
        self.mailboxes = mailboxes
        let peers = core.peers
        registry.gauge("transom_smtp_connections", help: "SMTP connections now.") {
            Double(peers.connections)
        }
        let core = core
        registry.gauge(
            "transom_smtp_memory_bytes",
            help: "Memory of SMTP sessions, about, as counted against smtp.limits.memory."
        ) { Double(core.heldMemory) }
    }

    /// Binds every listener; nothing is accepted before `run`.
    ///
    /// Throws `ListenerError`.
    package func bind() async throws {
        try await use(core.configuration)
    }

    /// Takes another configuration: binds what is new, then closes what is gone.
    ///
    /// Connections go on, with what they began with. Throws `ListenerError`, and then all is as it was.
    package func reconfigure(
        _ options: SMTPServerOptions, tls: TLSContext? = nil, sasl: SASLService? = nil
    ) async throws {
        try await use(ServerCore.Configuration(options: options, security: Security(tls: tls, sasl: sasl)))
    }

    /// The address of each listener by its name, once bound.
    package var addresses: [String: SocketAddress] {
        let pairs = sockets.withLock {
            $0.bound.values.compactMap { bound in
                bound.channel.localAddress.map { (bound.options.withLock(\.name), $0) }
            }
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    /// Where each listener listens, as the configuration writes it, in the order of their names.
    package var places: [(name: String, address: String)] {
        addresses.sorted { $0.key < $1.key }.map { name, address in
            guard let host = address.ipAddress, let port = address.port else {
                return (name, "unix:\(address.pathname ?? "")")
            }
            return (name, host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
        }
    }

    /// Accepts until the process is told to stop, then drains.
    package func run() async throws {
        if sockets.withLock(\.bound.isEmpty) { try await bind() }
        let bound = sockets.withLock { sockets in
            sockets.isAccepting = true
            return Array(sockets.bound.values)
        }
        for mailbox in mailboxes.values { mailbox.keepTime(core) }
        for listener in bound { try await listener.accept() }
        try? await gracefulShutdown()
        await drain()
    }

    /// Comes back once every event loop has turned; while one hangs it does not.
    package func turnLoops() async {
        for loop in group.makeIterator() { try? await loop.submit {}.get() }
    }

    private func use(_ configuration: ServerCore.Configuration) async throws {
        let wanted = Dictionary(
            configuration.options.listeners.map { (ListenerKey($0), $0) },
            uniquingKeysWith: { _, last in last })
        let known = sockets.withLock(\.bound)
        let fresh = try await bind(wanted.filter { known[$0.key] == nil }, configuration)
        let former = core.configuration
        adopt(configuration, by: known)
        do {
            try await open(fresh)
        } catch {
            adopt(former, by: known)
            await close(fresh)
            throw error
        }
        await close(known.filter { wanted[$0.key] == nil })
    }

    /// What connections begin with from now on.
    private func adopt(_ configuration: ServerCore.Configuration, by listeners: [ListenerKey: BoundListener])
    {
        core.configuration = configuration
        for options in configuration.options.listeners {
            listeners[ListenerKey(options)]?.options.withLock { $0 = options }
        }
    }

    /// Takes listeners in, and lets them accept where the others do.
    private func open(_ listeners: [ListenerKey: BoundListener]) async throws {
        let isAccepting = sockets.withLock { sockets in
            sockets.bound.merge(listeners) { $1 }
            return sockets.isAccepting
        }
        guard isAccepting else { return }
        for listener in listeners.values { try await listener.accept() }
    }

    private func close(_ listeners: [ListenerKey: BoundListener]) async {
        sockets.withLock { $0.bound = $0.bound.filter { listeners[$0.key] == nil } }
        for listener in listeners.values { await listener.close() }
    }

    /// The socket that was opened early for `key`, once.
    func takeEarlySocket(_ key: ListenerKey) -> CInt? {
        sockets.withLock { $0.early.take(key) }
    }

    /// Binds all of them or none.
    private func bind(
        _ listeners: [ListenerKey: ListenerOptions], _ configuration: ServerCore.Configuration
    ) async throws -> [ListenerKey: BoundListener] {
        var bound: [ListenerKey: BoundListener] = [:]
        do {
            for (key, options) in listeners {
                if options.mode == .submissions, configuration.security.tls == nil {
                    throw ListenerError.needsTLS(listener: options.name)
                }
                bound[key] = try await bind(options)
            }
        } catch {
            for listener in bound.values { await listener.close() }
            throw error
        }
        return bound
    }

    /// Stops accepting, lets transactions end, and closes what is left when the time is over.
    private func drain() async {
        core.beginDraining()
        for listener in sockets.withLock({ Array($0.bound.values) }) { await listener.close() }
        for mailbox in mailboxes.values { mailbox.forEachConnection { $0.drain() } }
        let end = ServerCore.now + core.configuration.options.shutdown
        while core.peers.connections > 0, ServerCore.now < end { await pause() }
        for mailbox in mailboxes.values { mailbox.close { $0.expel() } }
        await pause()
        try? await group.shutdownGracefully()
    }

    /// Waits a moment, also in a task that is cancelled: a drain is not cut short.
    private func pause() async {
        try? await group.any().scheduleTask(in: .milliseconds(10)) {}.futureResult.get()
    }
}
