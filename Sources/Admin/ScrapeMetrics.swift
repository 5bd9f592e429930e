import Mail
import Spool
import Synchronization
import Telemetry

/// The metrics that are worked out when somebody reads them: what waits for each endpoint, which endpoints are held,
/// when certificates end.
///
/// Their labels are names of endpoints and files of the configuration, or of an earlier one for as long as deliveries
/// of that time are in the spool.
final class ScrapeMetrics: Sendable {
    private let api: ControlAPI
    private let census: BacklogCensus
    private let levels = Mutex(Levels())

    /// What the last `refresh` found.
    fileprivate struct Levels {
        var deliveries: [Sample] = []
        var oldest: [Sample] = []
        var paused: [Sample] = []
        var disabled: [Sample] = []
        var certificates: [Sample] = []
    }

    /// Metrics of the spool and the bridge that `api` speaks for.
    init(_ api: ControlAPI, registry: Registry) {
        self.api = api
        census = BacklogCensus(api.spool)
        declare(
            "transom_endpoint_deliveries", \.deliveries, registry,
            help: "Deliveries that wait until they are due, are held with their endpoint, or are dead.")
        declare(
            "transom_endpoint_oldest_waiting_seconds", \.oldest, registry,
            help: "How long the delivery that has waited longest, held or not, has waited; 0: none waits.")
        declare(
            "transom_endpoint_paused", \.paused, registry, help: "1 while the operator holds the endpoint.")
        declare(
            "transom_endpoint_disabled", \.disabled, registry,
            help: "1 while the endpoint gets nothing because it answered 410 or asked for it.")
        declare(
            "transom_tls_certificate_expiry_timestamp_seconds", \.certificates, registry,
            help: "When the certificate in use ends, in seconds since 1970.")
    }

    private func declare(
        _ name: String, _ samples: @escaping @Sendable (Levels) -> [Sample], _ registry: Registry,
        help: String
    ) {
        registry.gauges(name, help: help) { [weak self] in
            self.map { samples($0.levels.withLock(\.self)) } ?? []
        }
    }

    /// Works them out; for the reading that follows.
    func refresh() async {
        var new = Levels()
        let (backlog, now) = (await census.backlog(), WallClock.now())
        let (states, views) = (api.spool.endpointStates(), (try? await api.bridge?.endpoints()) ?? [])
        for view in views {
            new.add(backlog[view.name] ?? EndpointBacklog(), queued: view.waiting ?? 0, of: view.name, now)
            new.add(states[view.name]?.holds ?? [], of: view.name)
        }
        let configured = Set(views.map(\.name))
        for (name, gone) in backlog where !configured.contains(name) {
            new.add(gone, queued: 0, of: name, now)
        }
        for certificate in await api.bridge?.certificates() ?? [] {
            new.certificates.append(
                Sample([Label("file", certificate.file)], Double(certificate.expiresAt.seconds)))
        }
        levels.withLock { [new] in $0 = new }
    }
}

extension ScrapeMetrics.Levels {
    /// Adds what the spool holds for `endpoint`, and what its sender has in memory.
    fileprivate mutating func add(
        _ backlog: EndpointBacklog, queued: Int, of endpoint: String, _ now: Timestamp
    ) {
        let label = Label("endpoint", endpoint)
        for (state, count) in [
            ("waiting", backlog.waiting + queued), ("held", backlog.held), ("dead", backlog.dead),
        ] {
            deliveries.append(Sample([label, Label("state", state)], Double(count)))
        }
        oldest.append(Sample([label], Double(backlog.longestWait(at: now).milliseconds) / 1000))
    }

    /// Adds whether `endpoint` is held.
    fileprivate mutating func add(_ holds: EndpointState.Holds, of endpoint: String) {
        paused.append(Sample([Label("endpoint", endpoint)], holds.contains(.paused) ? 1 : 0))
        disabled.append(Sample([Label("endpoint", endpoint)], holds.contains(.disabled) ? 1 : 0))
    }
}
