import Admin
import Delivery
import Logging
import Mail
import Reception
import SMTPServer
import Settings
import Spool
import Synchronization
import TLS
import Telemetry

/// What the operator can ask of the running bridge: reload, pause, resume, and how it does.
actor BridgeController: BridgeControl {
    private var settings: BridgeSettings
    /// What sessions are secured with.
    private(set) var security: SecuritySetup
    private let load: @Sendable () -> LoadedSettings
    private let names: NameService
    private let receiver: MailReceiver
    private let smtp: SMTPService
    private let delivery: DeliveryService
    private let spool: MessageSpool
    private let logger: Logger
    private let lastReload: Gauge
    private let isDraining = Mutex(false)
    /// The reload that runs, or the last one that did.
    private var reloading: Task<ReloadReport, Never>?

    init(
        settings: BridgeSettings, security: SecuritySetup, load: @escaping @Sendable () -> LoadedSettings,
        names: NameService, receiver: MailReceiver, smtp: SMTPService, delivery: DeliveryService,
        spool: MessageSpool, registry: Registry, logger: Logger
    ) {
        self.settings = settings
        self.security = security
        self.load = load
        self.names = names
        self.receiver = receiver
        self.smtp = smtp
        self.delivery = delivery
        self.spool = spool
        self.logger = logger
        lastReload = registry.gauge(
            "transom_config_last_reload_successful",
            help: "1 while the file on disk is the configuration that runs.")
        lastReload.set(1)
    }

    nonisolated var problems: [String] {
        var problems: [String] = []
        if isStopping { problems.append("stopping") }
        if !spool.hasRoom { problems.append("less free space than spool.min_free") }
        return problems
    }

    nonisolated func wake() { delivery.poke() }

    nonisolated func endpoints() async throws -> [EndpointView] { delivery.statuses().map(EndpointView.init) }

    func certificates() async -> [CertificateView] {
        security.tls.certificates.map {
            CertificateView(file: $0.file, expiresAt: Timestamp(milliseconds: $0.notAfter * 1000))
        }
    }

    func pause(_ endpoint: String) async throws { try await delivery.pause(endpoint) }

    func resume(_ endpoint: String) async throws { try await delivery.resume(endpoint) }

    /// Whether the process has been told to stop.
    nonisolated var isStopping: Bool { isDraining.withLock(\.self) }

    /// From now on the probes say that no new mail is wanted.
    nonisolated func beginDraining() { isDraining.withLock { $0 = true } }

    /// Reloads once every reload that was asked for before has ended.
    ///
    /// An actor lets others in where it waits: two that ran into one another would bind the same listeners, and the
    /// older file could win.
    func reload() async -> ReloadReport {
        let former = reloading
        let own = Task {
            _ = await former?.value
            return await readAnew()
        }
        reloading = own
        return await own.value
    }

    /// Validates the whole file before anything changes; a bad one leaves the running configuration in place.
    private func readAnew() async -> ReloadReport {
        ServiceManager().reloading()
        defer { ServiceManager().ready() }
        let loaded = load()
        guard let new = loaded.settings else {
            let errors = loaded.diagnostics.filter { $0.severity == .error }
            return refused(
                loaded.diagnostics.map(\.description), count: errors.count, first: errors.first?.headline)
        }
        let changes = new.changes(from: settings)
        let impossible = changes.filter(\.needsRestart)
        guard impossible.isEmpty else {
            return refused(impossible.map { "\($0): needs a restart" })
        }
        do {
            let notes = try await apply(new)
            lastReload.set(1)
            for change in changes { logger.info("configuration changed", metadata: ["change": "\(change)"]) }
            logger.info("configuration reloaded", metadata: ["changes": "\(changes.count)"])
            return ReloadReport(
                applied: true,
                lines: loaded.diagnostics.map(\.description)
                    + (changes.isEmpty ? ["nothing changed"] : changes.map(\.description)) + notes)
        } catch {
            return refused([FileReader.words(error)])
        }
    }

    /// Makes all that can refuse before anything changes, the listeners last; answers what the operator should know.
    private func apply(_ new: BridgeSettings) async throws -> [String] {
        let endpoints = try EndpointOptions.all(new, logger: logger)
        let security = try SecuritySetup(new, former: security, logger: logger)
        let resolver = new.dns == settings.dns ? nil : try names.resolver(for: new.dns)
        try await smtp.reconfigure(SMTPServerOptions(new), tls: security.tls, sasl: security.sasl)
        self.security = security
        if let resolver { names.adopt(resolver) }
        receiver.reconfigure(ReceptionPolicy(new))
        spool.reconfigure(minimumFree: new.spool.minFree, retention: Retention(new.spool.keep))
        logger.follow(new.log)
        settings = new
        return await install(endpoints)
    }

    /// Delivers to `endpoints` from now on; who waits for others is said where the spool can tell.
    ///
    /// The configuration runs by then, so a spool that fails here refuses no reload.
    private func install(_ endpoints: [EndpointOptions]) async -> [String] {
        do {
            return try await delivery.reconfigure(endpoints).sorted { $0.key < $1.key }.map {
                "deliveries that wait for endpoint \($0.key), which is gone: \($0.value)"
            }
        } catch {
            let reason = FileReader.words(error)
            logger.error("the spool could not note the endpoints", metadata: ["error": "\(reason)"])
            return [
                "the spool could not note the endpoints: \(reason); mend it and reload again, until then deliveries to endpoints that are gone are not listed as held"
            ]
        }
    }

    private func refused(_ lines: [String], count: Int? = nil, first: String? = nil) -> ReloadReport {
        lastReload.set(0)
        logger.error(
            "configuration not reloaded, the running one stays",
            metadata: ["errors": "\(count ?? lines.count)", "first": "\(first ?? lines.first ?? "")"])
        return ReloadReport(applied: false, lines: lines)
    }
}
