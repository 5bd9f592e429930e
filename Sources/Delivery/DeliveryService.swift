package import HTTPTransfer
package import Logging
import Mail
import ServiceLifecycle
package import Spool
package import Telemetry

/// What delivery is told at start.
package struct DeliveryOptions: Sendable {
    /// The endpoints.
    package var endpoints: [EndpointOptions]
    /// How long requests in flight may take when it is time to stop.
    package var grace: Duration
    /// The `user-agent` of every request.
    package var userAgent: String

    /// Options of these parts.
    package init(endpoints: [EndpointOptions], grace: Duration = .seconds(30), userAgent: String = "Transom")
    {
        self.endpoints = endpoints
        self.grace = grace
        self.userAgent = userAgent
    }
}

/// Delivers what is in the spool: keeps every endpoint busy with what is due, and none with more than it can take.
///
/// Fresh deliveries come from the spool's writer in memory; retries, backlog and replays are claimed from the spool,
/// a batch at a time. What is in flight when the program is told to stop may end; the rest stays in the spool.
package final class DeliveryService: Service {
    private let spool: MessageSpool
    private let floor: DeliveryFloor
    private let sender: any TransferSender
    private let options: DeliveryOptions
    private let registry: Registry
    private let time: DeliveryTime
    private let journal: DeliveryJournal

    /// A service over `spool`, which hands its fresh deliveries to it from now on; `sender` makes what sends.
    package init(
        spool: MessageSpool, options: DeliveryOptions, registry: Registry, logger: Logger, time: DeliveryTime,
        sender makeSender: (any TransferObserver) -> any TransferSender = { TransferEngine(observer: $0) }
    ) {
        self.spool = spool
        self.options = options
        self.registry = registry
        self.time = time
        journal = DeliveryJournal(logger)
        floor = DeliveryFloor(spool: spool, time: time, journal: journal)
        sender = makeSender(floor)
        install(options.endpoints)
        for (name, inbox) in [("transom-render", floor.small), ("transom-render2", floor.large)] {
            RenderThread.start(
                named: name, inbox, sender: sender, floor: floor, userAgent: options.userAgent)
        }
        spool.attach(floor)
    }

    /// Delivers until told to stop; returns when nothing is in flight.
    ///
    /// A graceful shutdown lets requests in flight end within `DeliveryOptions.grace`; cancellation interrupts them.
    package func run() async throws {
        try await configure()
        await cancelWhenGracefulShutdown { await self.claim() }
        floor.drain()
        await withTaskCancellationHandler {
            await sender.shutdown(within: options.grace)
        } onCancel: {
            sender.interrupt()
        }
        await floor.waitUntilIdle()
    }

    /// Uses other endpoints from now on; what is in flight ends under the old ones.
    ///
    /// Answers how many deliveries wait for names that are gone.
    package func reconfigure(_ endpoints: [EndpointOptions]) async throws -> [String: Int] {
        install(endpoints)
        let missing = try await spool.configureEndpoints(endpoints.map(\.name))
        journal.missing(missing)
        floor.waker.poke()
        return missing
    }

    /// How each endpoint does, in the order of their names.
    package func statuses() -> [EndpointStatus] {
        let (now, due) = (time.instant(), floor.dueNow())
        return floor.withDesk { desk in desk.lanes.values.map { $0.status(now: now, due: due) } }
            .sorted { $0.name < $1.name }
    }

    /// Sends nothing to `endpoint` until it is resumed, also over a restart.
    package func pause(_ endpoint: String) async throws(SpoolError) {
        try await spool.hold(endpoint, as: .paused)
        let now = time.instant()
        floor.giveBack(
            floor.withDesk { desk in
                desk.lanes[endpoint]?.holds.insert(.paused)
                return desk.empty(endpoint, now: now)
            })
    }

    /// Ends pause and disablement of `endpoint`, and forgets what it did before.
    package func resume(_ endpoint: String) async throws(SpoolError) {
        try await spool.resume(endpoint)
        let now = time.instant()
        floor.withDesk { desk in
            desk.lanes[endpoint]?.holds = []
            desk.lanes[endpoint]?.governor.reset()
            desk.lanes[endpoint]?.orderedUntil = nil
            desk.lanes[endpoint]?.backlog.grew(due: now, now: now)
        }
        floor.waker.poke()
    }

    /// Looks into the spool at once: something was made due from outside, such as a replay.
    package func poke() {
        let now = time.instant()
        floor.withDesk { desk in
            for name in desk.lanes.keys { desk.lanes[name]?.backlog.grew(due: now, now: now) }
        }
        floor.waker.poke()
    }

    /// Tells the spool which endpoints there are; again if a reload came between.
    private func configure() async throws {
        var names: [String]
        var missing: [String: Int]
        repeat {
            names = floor.withDesk { Array($0.lanes.keys) }
            missing = try await spool.configureEndpoints(names)
        } while Set(names) != floor.withDesk { Set($0.lanes.keys) }
        journal.missing(missing)
    }

    private func install(_ endpoints: [EndpointOptions]) {
        let states = spool.endpointStates()
        let (now, due) = (time.instant(), floor.dueNow())
        let targets = endpoints.map { DeliveryTarget($0, metrics: metrics(of: $0.name)) }
        for target in targets where target.isAllowedLiterally {
            journal.allowedLiterally(endpoint: target.options.name)
        }
        let orphans = floor.withDesk { desk in
            desk.install(targets, states: states, now: now, due: due)
        }
        floor.giveBack(orphans)
    }
}

extension DeliveryService {
    /// Whatever the lanes say, the claimer does not spin.
    private static let shortestSleep: Duration = .milliseconds(1)
    /// How long a claim that failed waits.
    private static let claimRetry: Duration = .seconds(1)

    private func metrics(of endpoint: String) -> DeliveryMetrics {
        DeliveryMetrics(endpoint: endpoint, registry: registry) { [floor] in
            floor.withDesk { $0.lanes[endpoint]?.governor }
        }
    }

    /// Claims what is due, endpoint by endpoint, until cancelled.
    private func claim() async {
        while !Task.isCancelled {
            await storeNotes()
            await claimRound()
            floor.startDue()
            let now = time.instant()
            let wakesAt = floor.withDesk { desk -> ContinuousClock.Instant in
                let next = desk.lanes.values.compactMap { $0.nextMoment(now: now) }.min()
                let wakesAt = max(next ?? now + LaneBacklog.sweep, now + Self.shortestSleep)
                desk.claimerWakesAt = wakesAt
                return wakesAt
            }
            let sleep = time.sleep
            await floor.waker.sleep { try await sleep(wakesAt) }
            floor.withDesk { $0.claimerWakesAt = nil }
        }
    }

    private func claimRound() async {
        let now = time.instant()
        let wanted = floor.withDesk { desk in
            desk.lanes.map { ($0.key, $0.value.wanted(now: now)) }.filter { $0.1 > 0 }
        }
        for (endpoint, count) in wanted where !Task.isCancelled { await claim(count, for: endpoint) }
    }

    private func claim(_ count: Int, for endpoint: String) async {
        let (growths, inOrder) = floor.withDesk { [now = time.instant()] desk in
            desk.lanes[endpoint]?.isAsking = true
            let growths = desk.lanes[endpoint]?.backlog.beginAsking(now: now) ?? 0
            return (growths, desk.lanes[endpoint]?.isOrdered ?? false)
        }
        var nextDue: ContinuousClock.Instant?
        var claimed: [ClaimedDelivery] = []
        var hasFailed = false
        do {
            claimed = try await spool.claimDue(endpoint, limit: count, inOrder: inOrder, now: floor.dueNow())
            if claimed.count < count {
                nextDue = try await spool.nextDue(endpoint, inOrder: inOrder).map(instant(of:))
            }
        } catch {
            hasFailed = true
            // Whoever is told to stop in the middle of a question has not found a fault.
            if !Task.isCancelled { journal.spoolFailed("claim", endpoint: endpoint, error) }
        }
        floor.withDesk { [now = time.instant(), wasFull = claimed.count == count, nextDue, hasFailed] desk in
            desk.lanes[endpoint]?.isAsking = false
            if hasFailed { desk.lanes[endpoint]?.backlog.grew(due: now + Self.claimRetry, now: now) }
            desk.lanes[endpoint]?.backlog.endAsking(growths, wasFull: wasFull, nextDue: nextDue, now: now)
        }
        floor.enter(claimed: claimed, for: endpoint)
    }

    private func instant(of due: Timestamp) -> ContinuousClock.Instant {
        time.instant() + max(.zero, due - floor.dueNow())
    }

    /// Stores what answers said about endpoints.
    private func storeNotes() async {
        let notes = floor.withDesk { $0.takeNotes() }
        for endpoint in notes.disablements {
            do {
                try await spool.hold(endpoint, as: .disabled, reason: "it answered 410 or asked for it")
            } catch {
                journal.spoolFailed("disable", endpoint: endpoint, error)
            }
        }
        for (endpoint, health) in notes.healths {
            do {
                try await spool.record(health, of: endpoint)
            } catch {
                journal.spoolFailed("health", endpoint: endpoint, error)
            }
        }
    }
}
