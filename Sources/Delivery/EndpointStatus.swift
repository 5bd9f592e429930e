package import Mail
import Routing
import Spool

/// How an endpoint does, for people and for the API.
package struct EndpointStatus: Sendable {
    /// Its name.
    package var name: String
    /// Where it is, without a password.
    package var url: String
    /// How it does.
    package var state: State
    /// Requests in flight.
    package var inFlight: Int
    /// Requests that may be in flight.
    package var limit: Int
    /// Deliveries that wait in memory; the rest of the queue is in the spool.
    package var waiting: Int
    /// Until when nothing is sent; `nil` when nothing is in the way.
    package var blockedUntil: Timestamp?
    /// The error of the last answer; `nil` when it was good.
    package var lastError: String?

    /// How an endpoint does.
    package enum State: String, Sendable, CaseIterable {
        /// It answers.
        case healthy
        /// It fails nearly always, and is only probed.
        case failing
        /// It asked for a pause.
        case waiting
        /// The operator paused it.
        case paused
        /// It does not want anything more.
        case disabled
    }
}

extension DeliveryLane {
    /// How the endpoint does at `now`, which is `due` by the clock that people read.
    func status(now: ContinuousClock.Instant, due: Timestamp) -> EndpointStatus {
        EndpointStatus(
            name: target.options.name, url: target.options.url.shown, state: state(now),
            inFlight: governor.inFlight,
            limit: governor.limit, waiting: queue.count,
            blockedUntil: health(now: now, due: due).blockedUntil,
            lastError: lastError)
    }

    private func state(_ now: ContinuousClock.Instant) -> EndpointStatus.State {
        if holds.contains(.disabled) { return .disabled }
        if holds.contains(.paused) { return .paused }
        if governor.circuit != .closed { return .failing }
        return governor.pausedUntil ?? now > now ? .waiting : .healthy
    }
}
