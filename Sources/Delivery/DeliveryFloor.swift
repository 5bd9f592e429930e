import HTTPTransfer
import Logging
import Mail
import Spool
import Synchronization

/// Where the threads meet: the spool's writer hands deliveries over, the sender brings results back, the
/// claimer brings what was due.
///
/// Every step is short, and holds one lock around the desk.
///
/// ```
/// writer thread: reserve, take ─┐             ┌─→ small / large inbox ─→ render threads ─→ sender
/// claimer: enter(claimed:) ─────┼─→ the desk ─┘
/// curl thread: finished ────────┘        └──→ spool.record (always before the desk hears of it: invariant 4)
/// ```
final class DeliveryFloor: Handover, TransferObserver {
    /// Deliveries to render, messages up to `largeMessage`.
    let small = JobInbox<DeliveryDesk.Flight>()
    /// Deliveries to render, larger messages: so that a small one never waits behind a large one.
    let large = JobInbox<DeliveryDesk.Flight>()
    /// Octets up to which a message is small.
    static let largeMessage = 1 << 20

    /// Ends the claimer's sleep.
    let waker = Waker()
    private let spool: MessageSpool
    private let time: DeliveryTime
    private let journal: DeliveryJournal
    private let desk: Mutex<DeliveryDesk>
    private let clock: Mutex<DueClock>
    private let idleWaiters = Mutex<[CheckedContinuation<Void, Never>]>([])

    init(spool: MessageSpool, time: DeliveryTime, journal: DeliveryJournal) {
        self.spool = spool
        self.time = time
        self.journal = journal
        desk = Mutex(DeliveryDesk())
        clock = Mutex(DueClock(wall: time.wall(), instant: time.instant()))
    }

    /// Whether nothing more is to be started.
    var isDraining: Bool { desk.withLock { $0.isDraining } }

    /// The time that due times are counted by.
    func dueNow() -> Timestamp {
        clock.withLock { $0.now(wall: time.wall(), instant: time.instant()) }
    }

    /// Looks at the desk, or changes it; the body must be short.
    func withDesk<Answer: Sendable>(_ body: (inout sending DeliveryDesk) -> sending Answer) -> Answer {
        desk.withLock(body)
    }

    func reserve(endpoint: String, octets: Int) -> Bool {
        let now = time.instant()
        return desk.withLock { $0.reserve(endpoint: endpoint, octets: octets, now: now) }
    }

    func release(endpoint: String, octets: Int) {
        desk.withLock { $0.release(endpoint: endpoint, octets: octets) }
    }

    func take(_ batch: [ClaimedDelivery]) {
        let (now, wall) = (time.instant(), time.wall())
        let (homeless, started) = desk.withLock { desk -> ([ClaimedDelivery], [DeliveryDesk.Flight]) in
            let homeless = batch.filter { !desk.enter(fresh: $0) }
            return (homeless, desk.start(endpoints(of: batch), now: now, wall: wall))
        }
        giveBack(homeless)
        render(started)
    }

    func clockJumped(by jump: Duration) {
        clock.withLock { $0.follow(jump) }
        desk.withLock { $0.moveSeries(by: jump) }
    }

    /// Takes what the claimer got for `endpoint`.
    func enter(claimed deliveries: [ClaimedDelivery], for endpoint: String) {
        let (now, wall) = (time.instant(), time.wall())
        let (homeless, started) = desk.withLock { desk -> ([ClaimedDelivery], [DeliveryDesk.Flight]) in
            guard desk.lanes[endpoint] != nil, !desk.isDraining else { return (deliveries, []) }
            for delivery in deliveries { desk.lanes[endpoint]?.enter(claimed: delivery) }
            return ([], desk.start([endpoint], now: now, wall: wall))
        }
        giveBack(homeless)
        render(started)
    }

    /// Starts what time alone has made possible.
    func startDue() {
        let (now, wall) = (time.instant(), time.wall())
        render(desk.withLock { desk in desk.start(Array(desk.lanes.keys), now: now, wall: wall) })
    }

    func finished(_ results: [TransferResult]) {
        let flights = desk.withLock { desk in
            results.compactMap { result in desk.land(result.token).map { ($0, result) } }
        }
        let moment = Conclusion.Moment(wall: time.wall(), due: dueNow(), chance: time.chance())
        let conclusions = flights.map { flight, result in
            Conclusion(flight, result, at: moment) { heldTime(of: flight.delivery.endpoint, at: moment.due) }
        }
        spool.record(conclusions.map(\.outcome))
        settle(conclusions)
        for conclusion in conclusions {
            journal.ended(conclusion)
            conclusion.flight.target.metrics.count(
                conclusion, age: moment.wall - conclusion.flight.delivery.message.receivedAt)
        }
        resumeIfIdle()
    }

    /// Notes that `flight` could not be rendered: an attempt of its own kind.
    func failedToRender(_ flight: DeliveryDesk.Flight, _ error: any Error) {
        journal.unreadable(flight.delivery.id, error)
        finished([TransferResult(token: flight.token, outcome: .failed(.bodyUnreadable))])
    }

    /// Starts nothing more and gives back all that waits.
    func drain() {
        let now = time.instant()
        giveBack(desk.withLock { $0.drain(now: now) })
        small.close()
        large.close()
    }

    /// Returns when nothing is in flight.
    func waitUntilIdle() async {
        await withCheckedContinuation { continuation in
            idleWaiters.withLock { $0.append(continuation) }
            resumeIfIdle()
        }
    }

    /// Gives deliveries back to the spool, due now and without an attempt.
    func giveBack(_ deliveries: [ClaimedDelivery]) {
        guard !deliveries.isEmpty else { return }
        let due = dueNow()
        spool.record(
            deliveries.map { delivery in
                AttemptOutcome(
                    delivery: delivery.id, attempt: delivery.attempt, record: nil,
                    next: .ready(due: due, isSpent: false))
            })
    }

    private func heldTime(of endpoint: String, at now: Timestamp) -> Duration {
        spool.endpointStates()[endpoint]?.heldTime(at: now) ?? .zero
    }

    private func resumeIfIdle() {
        guard desk.withLock({ $0.flightCount }) == 0 else { return }
        let waiters = idleWaiters.withLock { waiters in
            defer { waiters = [] }
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private func render(_ flights: [DeliveryDesk.Flight]) {
        guard !flights.isEmpty else { return }
        let large = flights.filter { $0.delivery.message.size > Self.largeMessage }
        let small = large.isEmpty ? flights : flights.filter { $0.delivery.message.size <= Self.largeMessage }
        for (inbox, flights) in [(self.small, small), (self.large, large)] where !flights.isEmpty {
            if !inbox.add(flights) {
                finished(flights.map { TransferResult(token: $0.token, outcome: .failed(.interrupted)) })
            }
        }
    }
}

extension DeliveryFloor {
    /// What follows from conclusions, once they are on their way into the spool.
    private struct Consequences: Sendable {
        var changes: [(EndpointGovernor.Change, endpoint: String, error: String?)] = []
        var givenBack: [ClaimedDelivery] = []
        var started: [DeliveryDesk.Flight] = []
        var needsClaimer = false
    }

    private func settle(_ conclusions: [Conclusion]) {
        let (now, wall, due) = (time.instant(), time.wall(), dueNow())
        let consequences = desk.withLock { desk in
            var consequences = Consequences()
            for conclusion in conclusions {
                Self.settle(conclusion, desk: &desk, now: now, due: due, into: &consequences)
            }
            let names = endpoints(of: conclusions.lazy.map(\.flight.delivery))
            consequences.started = desk.start(names, now: now, wall: wall)
            consequences.needsClaimer = names.contains { desk.needsClaimer($0, now: now) }
            return consequences
        }
        giveBack(consequences.givenBack)
        render(consequences.started)
        for (change, endpoint, error) in consequences.changes {
            journal.changed(change, endpoint: endpoint, error: error)
        }
        if consequences.needsClaimer { waker.poke() }
    }

    private static func settle(
        _ conclusion: Conclusion, desk: inout DeliveryDesk, now: ContinuousClock.Instant, due: Timestamp,
        into consequences: inout Consequences
    ) {
        let name = conclusion.flight.delivery.endpoint
        guard let place = desk.lanes.index(forKey: name) else { return }
        if let change = desk.lanes.values[place].settle(conclusion, now: now) {
            consequences.changes.append((change, name, desk.lanes.values[place].lastError))
            desk.note(desk.lanes.values[place].health(now: now, due: due), of: name)
        }
        if conclusion.judgement.order == .disable { desk.noteDisablement(of: name) }
        if desk.lanes.values[place].isBarred(now: now) {
            consequences.givenBack += desk.empty(name, now: now)
        }
    }
}

/// The endpoints of `deliveries`, each once; what comes together is nearly always for few.
private func endpoints(of deliveries: some Sequence<ClaimedDelivery>) -> [String] {
    var names: [String] = []
    for delivery in deliveries where !names.contains(delivery.endpoint) { names.append(delivery.endpoint) }
    return names
}
