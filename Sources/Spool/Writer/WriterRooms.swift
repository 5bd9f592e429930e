import Logging
import Mail

/// What the writer needs from around it.
struct WriterRooms: Sendable {
    let logger: Logger
    let metrics: SpoolMetrics
    let now: @Sendable () -> Timestamp
    /// Where fresh deliveries go, if anywhere.
    let handover: HandoverPlace
    /// Which endpoints are held.
    let endpoints: EndpointLedger
    let upkeep: Upkeep

    init(_ parts: SpoolParts, upkeep: Upkeep) {
        logger = parts.logger
        metrics = parts.metrics
        now = parts.options.now
        handover = parts.handover
        endpoints = parts.endpoints
        self.upkeep = upkeep
    }
}
