import Admin
import Delivery
import Foundation
package import Logging
import Mail
import Reception
import SMTPServer
import ServiceLifecycle
package import Settings
import Spool
import Telemetry
import Webhook

/// The whole bridge: settings become rooms, rooms become one group of services.
///
/// They start in the order spool, admin, delivery, SMTP and stop the other way round: what brings mail stops first.
package struct Bridge {
    private let spool: MessageSpool
    private let services: [any Service]
    private let control: BridgeController
    private let shutdown: Duration
    private let logger: Logger

    /// Opens the spool and binds the listeners; nothing is accepted before `run`.
    package init(
        _ settings: BridgeSettings, logger: Logger, rootWork: RootWork? = nil,
        inbox: (@Sendable ([UInt8]) -> Void)? = nil, reload: @escaping @Sendable () -> LoadedSettings
    ) async throws {
        let registry = Registry()
        TransomVersion.declare(in: registry)
        spool = try MessageSpool.open(
            at: settings.spool.path, options: SpoolOptions(settings.spool), logger: logger, registry: registry
        )
        do {
            (control, services) = try await Self.rooms(
                settings, spool: spool, rootWork: rootWork, registry: registry, logger: logger, inbox: inbox,
                reload: reload)
        } catch {
            await spool.close()
            throw error
        }
        shutdown = settings.smtp.shutdown
        self.logger = logger
    }

    /// The rooms on the right and the left of the spool, each with its own options, in the order of starting.
    private static func rooms(
        _ settings: BridgeSettings, spool: MessageSpool, rootWork: RootWork?, registry: Registry,
        logger: Logger,
        inbox: (@Sendable ([UInt8]) -> Void)?, reload: @escaping @Sendable () -> LoadedSettings
    ) async throws -> (BridgeController, [any Service]) {
        let names = try NameService(settings.dns, registry: registry)
        let receiver = MailReceiver(
            spool: spool, policy: ReceptionPolicy(settings), resolver: names, registry: registry,
            logger: logger)
        let delivery = DeliveryService(
            spool: spool,
            options: DeliveryOptions(
                endpoints: try EndpointOptions.all(settings, logger: logger),
                grace: settings.smtp.shutdown, userAgent: TransomVersion.userAgent),
            registry: registry, logger: logger, time: DeliveryTime(wall: WallClock.now))
        let security = try rootWork?.security ?? SecuritySetup(settings, logger: logger)
        let smtp = SMTPService(
            SMTPServerOptions(settings), receiver: receiver, tls: security.tls, sasl: security.sasl,
            passed: PassedSockets(environment: ProcessInfo.processInfo.environment, process: Int(getpid())),
            early: rootWork?.sockets ?? EarlySockets(), names: names, registry: registry, logger: logger)
        let control = BridgeController(
            settings: settings, security: security, load: reload, names: names, receiver: receiver,
            smtp: smtp,
            delivery: delivery, spool: spool, registry: registry, logger: logger)
        let admin = AdminService(
            AdminOptions(settings, inbox: inbox), api: ControlAPI(spool: spool, bridge: control),
            registry: registry, logger: logger)
        CodePages.release()
        try await smtp.bind()
        return (
            control,
            [
                SpoolKeeper(spool: spool), admin, delivery, ScreeningService(receiver: receiver),
                MailGate(admin: admin, smtp: smtp, spool: settings.spool.path, logger: logger),
                SignalService(control: control), CertificateWatch(control: control, logger: logger),
                ServiceManagerWatch(manager: ServiceManager(), smtp: smtp), IdleMemory(),
            ]
        )
    }

    /// Runs until SIGTERM or SIGINT, then stops in order; a second signal ends the process at once with status 0.
    ///
    /// One deadline holds for all of the stopping: what is not done when `smtp.shutdown` has passed is cancelled, and
    /// stays in the spool.
    package func run() async throws {
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: [], logger: quiet)
        configuration.maximumGracefulShutdownDuration = shutdown
        let group = ServiceGroup(configuration: configuration)
        // Before anybody can see that we run: a signal must not find the process without a handler.
        let signals = await StopSignals.trap()
        do {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await StopSignals.watch(signals, group, control: control, logger: logger) }
                tasks.addTask { try await group.run() }
                _ = try await tasks.next()
                tasks.cancelAll()
            }
        } catch  where control.isStopping {
            logger.warning("stopped at the deadline", metadata: ["error": "\(error)"])
        }
    }

    /// ServiceLifecycle's own lines are for its authors.
    private var quiet: Logger {
        var quiet = logger
        quiet.logLevel = .error
        return quiet
    }
}

/// Lets mail in once the operator can be reached: whoever has seen the greeting finds `control.sock` and the probes.
private struct MailGate: Service {
    let admin: AdminService
    let smtp: SMTPService
    let spool: String
    let logger: Logger

    func run() async throws {
        await admin.waitUntilListening()
        try Task.checkCancellation()
        for (name, place) in smtp.places {
            logger.info("listens", metadata: ["listener": "\(name)", "address": "\(place)"])
        }
        logger.info("started", metadata: ["version": "\(TransomVersion.number)", "spool": "\(spool)"])
        ServiceManager().ready()
        CodePages.release()
        try await smtp.run()
    }
}

/// Holds the spool open while the others run; the first to start and the last to stop.
private struct SpoolKeeper: Service {
    let spool: MessageSpool

    func run() async throws {
        try? await gracefulShutdown()
        await spool.close()
    }
}

/// Looks at clients more closely as long as there are listeners.
private struct ScreeningService: Service {
    let receiver: MailReceiver

    func run() async throws {
        await cancelWhenGracefulShutdown { await receiver.screen() }
    }
}

extension EndpointOptions {
    /// Every endpoint of `settings`; one without a secret gets the key that the spool keeps.
    static func all(_ settings: BridgeSettings, logger: Logger) throws -> [EndpointOptions] {
        var fallback: WebhookSecret?
        if settings.endpoints.contains(where: \.secrets.isEmpty) {
            let (secret, isNew) = try WebhookSecretFile.secret(in: settings.spool.path)
            if isNew { Announcement.newSecret(secret) }
            fallback = secret
        }
        return try settings.endpoints.map { try EndpointOptions($0, fallback: fallback) }
    }
}
