import HTTPTransfer
import Mail
import Spool

/// The deliveries in this process's hands: who waits, who is in flight.
///
/// A value without clocks, threads or files; `DeliveryFloor` keeps it under one lock.
struct DeliveryDesk {
    /// Octets of fresh messages that wait in memory at most, all endpoints together.
    static let octetLimit = 32 << 20

    /// A delivery on its way: being rendered, or with the sender.
    struct Flight: Sendable {
        fileprivate(set) var delivery: ClaimedDelivery
        let target: DeliveryTarget
        let token: UInt64
        let startedAt: Timestamp
    }

    /// The endpoints by name.
    var lanes: [String: DeliveryLane] = [:]
    /// When the claimer looks again by itself; `nil` while it is awake.
    var claimerWakesAt: ContinuousClock.Instant?
    /// Whether nothing more is to be started.
    private(set) var isDraining = false
    private var notes = Notes()
    private var flights: [UInt64: Flight] = [:]
    private var nextToken: UInt64 = 0
    private var octets = 0

    /// What the claimer has to store of endpoints: rare, and not worth a thread's waiting.
    struct Notes: Sendable {
        /// Endpoints that want nothing more.
        var disablements: [String] = []
        /// How endpoints do, as of the last change.
        var healths: [String: EndpointHealth] = [:]

        var isEmpty: Bool { disablements.isEmpty && healths.isEmpty }
    }

    /// How many deliveries are on their way.
    var flightCount: Int { flights.count }

    /// Takes a place for a fresh delivery; false when it has to wait in the spool.
    mutating func reserve(endpoint: String, octets size: Int, now: ContinuousClock.Instant) -> Bool {
        let count = countedOctets(size)
        guard !isDraining, octets + count <= Self.octetLimit else {
            lanes[endpoint]?.backlog.grew(due: now, now: now)
            return false
        }
        guard lanes[endpoint]?.reserve(octets: count, now: now) == true else { return false }
        octets += count
        return true
    }

    /// Gives a place back.
    mutating func release(endpoint: String, octets size: Int) {
        octets -= countedOctets(size)
        lanes[endpoint]?.release(octets: countedOctets(size))
    }

    /// Puts a fresh delivery into its place; false when its endpoint has gone meanwhile.
    mutating func enter(fresh delivery: ClaimedDelivery) -> Bool {
        guard let place = lanes.index(forKey: delivery.endpoint) else {
            octets -= countedOctets(delivery.message.size)
            return false
        }
        lanes.values[place].enter(fresh: delivery)
        return true
    }

    /// Everything that may start at the endpoints `names`; it is in flight from here on.
    mutating func start(_ names: some Sequence<String>, now: ContinuousClock.Instant, wall: Timestamp)
        -> [Flight]
    {
        guard !isDraining else { return [] }
        var started: [Flight] = []
        for name in names {
            guard let place = lanes.index(forKey: name) else { continue }
            let target = lanes.values[place].target
            while let waiting = lanes.values[place].next(now: now) {
                octets -= waiting.octets
                nextToken += 1
                let flight = Flight(
                    delivery: waiting.delivery, target: target, token: nextToken, startedAt: wall)
                flights[nextToken] = flight
                started.append(flight)
            }
        }
        return started
    }

    /// Takes the flight with `token` out; `nil` when there is none.
    mutating func land(_ token: UInt64) -> Flight? {
        flights.removeValue(forKey: token)
    }

    /// Moves the series of all that is here with the clock.
    mutating func moveSeries(by jump: Duration) {
        for name in lanes.keys { lanes[name]?.moveSeries(by: jump) }
        for token in flights.keys { flights[token]?.delivery.moveSeries(by: jump) }
    }

    /// Takes out all that waits for `name`, to be given back to the spool.
    mutating func empty(_ name: String, now: ContinuousClock.Instant) -> [ClaimedDelivery] {
        let waiting = lanes[name]?.empty(now: now) ?? []
        for one in waiting { octets -= one.octets }
        return waiting.map(\.delivery)
    }

    /// Starts nothing more; answers all that waited.
    mutating func drain(now: ContinuousClock.Instant) -> [ClaimedDelivery] {
        isDraining = true
        return lanes.keys.flatMap { empty($0, now: now) }
    }

    /// Notes that `endpoint` wants nothing more.
    mutating func noteDisablement(of endpoint: String) {
        notes.disablements.append(endpoint)
    }

    /// Notes how `endpoint` does.
    mutating func note(_ health: EndpointHealth, of endpoint: String) {
        notes.healths[endpoint] = health
    }

    /// Takes out what is to be stored.
    mutating func takeNotes() -> Notes {
        defer { notes = Notes() }
        return notes
    }

    /// Whether the claimer has to look at the endpoint `name` before it does by itself.
    func needsClaimer(_ name: String, now: ContinuousClock.Instant) -> Bool {
        if !notes.isEmpty { return true }
        guard !isDraining, let wakesAt = claimerWakesAt, let lane = lanes[name] else { return false }
        return lane.wanted(now: now) > 0 || lane.nextMoment(now: now).map { $0 < wakesAt } == true
    }
}
