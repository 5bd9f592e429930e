import Logging
import Mail

/// What the writer needs from around it.
struct WriterRooms: Sendable {
    let logger: Logger
    let metrics: SpoolMetrics
    let now: @Sendable () -> Timestamp
    /// The time that has passed, whatever the clock was set to.
    let uptime: @Sendable () -> Duration
    /// Where fresh deliveries go, if anywhere.
    let handover: HandoverPlace
    /// Which endpoints are held.
    let endpoints: EndpointLedger
    let upkeep: Upkeep

    init(_ parts: SpoolParts, upkeep: Upkeep) {
        logger = parts.logger
        metrics = parts.metrics
        now = parts.options.now
        uptime = parts.options.uptime
        handover = parts.handover
        endpoints = parts.endpoints
        self.upkeep = upkeep
    }
}
