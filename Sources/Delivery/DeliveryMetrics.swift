import HTTPTransfer
import Telemetry

/// The metrics of one endpoint, declared where they are counted.
struct DeliveryMetrics: Sendable {
    private let attempts: [String: Counter]
    private let dead: [String: Counter]
    private let duration: Histogram
    private let endToEnd: Histogram
    private static let classes = ["2xx", "3xx", "4xx", "5xx", "none"]
    private static let causes: [Judgement.Cause: String] = [
        .aborted: "aborted", .permanent: "permanent", .expired: "expired",
    ]

    /// The metrics of `endpoint`; `level` looks at how it does, when asked.
    init(endpoint: String, registry: Registry, level: @escaping @Sendable () -> EndpointGovernor?) {
        let labels = [Label("endpoint", endpoint)]
        attempts = Self.series(Self.classes) { value in
            registry.counter(
                "transom_delivery_attempts_total",
                help: "Webhook requests by class of the answer; none: there was no answer.",
                labels: labels + [Label("code_class", value)])
        }
        dead = Self.series(Array(Self.causes.values)) { value in
            registry.counter(
                "transom_dead_deliveries_total", help: "Deliveries given up, by reason.",
                labels: labels + [Label("reason", value)])
        }
        duration = registry.histogram(
            "transom_delivery_duration_seconds", help: "Time of a webhook request, from name to last octet.",
            labels: labels)
        endToEnd = registry.histogram(
            "transom_delivery_end_to_end_seconds", help: "Time from the final dot to the 2xx.", labels: labels
        )
        registry.gauge("transom_delivery_in_flight", help: "Webhook requests under way.", labels: labels) {
            Double(level()?.inFlight ?? 0)
        }
        registry.gauge(
            "transom_delivery_concurrency_limit", help: "Webhook requests that may be under way at once.",
            labels: labels
        ) {
            Double(level()?.limit ?? 0)
        }
        registry.gauge(
            "transom_endpoint_circuit_open",
            help: "1 while the endpoint fails so often that it is only probed.", labels: labels
        ) {
            level()?.circuit ?? .closed == .closed ? 0 : 1
        }
    }

    /// Counts the end of an attempt; `age`: since the final dot.
    func count(_ conclusion: Conclusion, age: Duration) {
        attempts[Self.codeClass(conclusion.result.outcome)]?.add()
        duration.observe(conclusion.result.phases.total)
        switch conclusion.judgement.fate {
        case .delivered: endToEnd.observe(age)
        case .dead(let cause): Self.causes[cause].flatMap { dead[$0] }?.add()
        case .retry, .giveBack: break
        }
    }

    private static func codeClass(_ outcome: TransferResult.Outcome) -> String {
        guard case .response(let response) = outcome else { return "none" }
        switch response.status {
        case 200...299: return "2xx"
        case 300...399: return "3xx"
        case 400...499: return "4xx"
        default: return "5xx"
        }
    }

    private static func series(_ values: [String], _ make: (String) -> Counter) -> [String: Counter] {
        Dictionary(uniqueKeysWithValues: values.map { ($0, make($0)) })
    }
}
