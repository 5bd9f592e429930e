import HTTPTransfer
import Logging
import Mail
import Spool

/// What delivery writes into the log: one line an event, ids and numbers only.
struct DeliveryJournal: Sendable {
    private let logger: Logger

    init(_ logger: Logger) {
        self.logger = logger
    }

    /// The end of an attempt.
    func ended(_ conclusion: Conclusion) {
        switch conclusion.judgement.fate {
        // The logger builds the metadata only if it writes the line.
        case .delivered: logger.info("delivered", metadata: metadata(conclusion))
        case .retry, .giveBack:
            if case .failed(.interrupted) = conclusion.result.outcome { return }
            logger.info("attempt failed", metadata: metadata(conclusion))
        case .dead(let cause):
            var metadata = metadata(conclusion)
            metadata["reason"] = "\(cause.rawValue)"
            logger.warning("delivery is dead", metadata: metadata)
        }
        if conclusion.judgement.order == .disable {
            logger.warning(
                "endpoint disabled at its own wish; resume it when it is ready",
                metadata: ["endpoint": "\(conclusion.flight.target.options.name)"])
        }
    }

    /// A turn in an endpoint's health.
    func changed(_ change: EndpointGovernor.Change, endpoint: String, error: String?) {
        switch change {
        case .opened:
            logger.warning(
                "endpoint fails nearly always; asking it less",
                metadata: ["endpoint": "\(endpoint)", "error": "\(error ?? "")"])
        case .recovered:
            logger.info("endpoint works again", metadata: ["endpoint": "\(endpoint)"])
        case .paused(let pause):
            logger.info(
                "endpoint asked for a pause",
                metadata: [
                    "endpoint": "\(endpoint)", "seconds": "\(pause.components.seconds)",
                ])
        }
    }

    /// A body that could not be rendered.
    func unreadable(_ delivery: DeliveryID, _ error: any Error) {
        logger.error(
            "cannot read the message for its webhook",
            metadata: [
                "delivery": "\(delivery)", "error": "\(error)",
            ])
    }

    /// The spool refused a question or an order.
    func spoolFailed(_ what: String, endpoint: String, _ error: any Error) {
        // Of a full disk the spool tells itself, and not with each question.
        let isTold = (error as? SpoolError)?.isOutOfSpace ?? false
        logger.log(
            level: isTold ? .debug : .error, "the spool failed delivery",
            metadata: [
                "step": "\(what)", "endpoint": "\(endpoint)", "error": "\(error)",
            ])
    }

    /// Deliveries for endpoints that the configuration does not name: nobody would see them wait.
    func missing(_ endpoints: [String: Int]) {
        for (endpoint, count) in endpoints.sorted(by: { $0.key < $1.key }) {
            logger.warning(
                "deliveries wait for an endpoint that is not configured; name it again, or replay them to another",
                metadata: ["endpoint": "\(endpoint)", "count": "\(count)"])
        }
    }

    /// An endpoint that its own literal host makes allowed.
    func allowedLiterally(endpoint: String) {
        logger.notice(
            "endpoint on a private address is allowed because its URL names it literally",
            metadata: ["endpoint": "\(endpoint)"])
    }

    private func metadata(_ conclusion: Conclusion) -> Logger.Metadata {
        let delivery = conclusion.flight.delivery
        let (key, outcome): (String, Logger.MetadataValue) =
            switch conclusion.result.outcome {
            case .response(let response): ("status", .stringConvertible(response.status))
            case .failed(let error): ("error", .string(error.name))
            }
        // One literal: a dictionary that grows is made twice, and there is one of these for every delivery.
        var metadata: Logger.Metadata = [
            "message": .stringConvertible(delivery.message.id), "delivery": .stringConvertible(delivery.id),
            "endpoint": .string(delivery.endpoint), "attempt": .stringConvertible(delivery.attempt),
            key: outcome, "ms": .stringConvertible(conclusion.result.phases.total.milliseconds),
        ]
        if let wait = conclusion.wait { metadata["next_in"] = "\(Double(wait.milliseconds) / 1000)s" }
        return metadata
    }
}
