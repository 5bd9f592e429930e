import Mail
import Spool

extension DeliveryDesk {
    /// Uses `targets` from now on; answers what waited for endpoints that are gone.
    mutating func install(
        _ targets: [DeliveryTarget], states: [String: EndpointState], now: ContinuousClock.Instant,
        due: Timestamp
    ) -> [ClaimedDelivery] {
        let names = Set(targets.map(\.options.name))
        var orphans: [ClaimedDelivery] = []
        for gone in lanes.keys where !names.contains(gone) {
            orphans += empty(gone, now: now)
            lanes[gone] = nil
        }
        for target in targets {
            let name = target.options.name
            if lanes[name] != nil {
                // Another URL is another receiver: what the old one did says nothing.
                if lanes[name]?.target.options.url != target.options.url { lanes[name]?.governor.reset() }
                lanes[name]?.target = target
                lanes[name]?.governor.reconfigure(target.options.pace)
                lanes[name]?.backlog.grew(due: now, now: now)
            } else {
                lanes[name] = Self.lane(target, state: states[name], now: now, due: due)
            }
        }
        return orphans
    }

    private static func lane(
        _ target: DeliveryTarget, state: EndpointState?, now: ContinuousClock.Instant, due: Timestamp
    ) -> DeliveryLane {
        // `missing` ends by the very fact that the endpoint is configured.
        var lane = DeliveryLane(target, holds: (state?.holds ?? []).subtracting(.missing), now: now)
        if let until = state?.health.blockedUntil, until > due {
            lane.governor.restore(pausedUntil: now + (until - due))
        }
        return lane
    }
}
