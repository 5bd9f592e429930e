import HTTPTransfer
package import Routing
package import Webhook

/// What the operator says about an endpoint.
package struct EndpointOptions: Sendable {
    /// Its name.
    package var name: String
    /// Where it is; captures may stand in path and query.
    package var url: URLTemplate
    /// The secrets that sign, the newest first.
    package var secrets: [WebhookSecret]
    /// The Ed25519 key that signs too.
    package var signingKey: WebhookSigningKey?
    /// What the body looks like.
    package var format: PayloadFormat
    /// Whether the whole message rides along.
    package var raw: RawInclusion
    /// How long an exchange may take, beside the allowance for the body's size.
    package var timeout: Duration
    /// Requests in flight at most.
    package var concurrency: Int
    /// Requests in a time at most.
    package var rate: RateLimiter.Rate?
    /// Whether messages go one at a time in the order they came.
    package var isOrdered: Bool
    /// Whether the addresses of this machine and this network are allowed.
    package var allowsPrivate: Bool
    /// A PEM file trusted besides the system's bundle.
    package var caFile: String?
    /// Further headers.
    package var headers: [(name: String, value: HeaderTemplate)]
    /// When to try again and when to give up.
    package var retry: RetrySchedule
    /// Statuses that end a delivery at once.
    package var permanent: Set<Int>

    /// An endpoint with the product's defaults.
    package init(name: String, url: URLTemplate, secrets: [WebhookSecret]) {
        self.name = name
        self.url = url
        self.secrets = secrets
        format = .transom
        raw = .none
        timeout = .seconds(30)
        concurrency = 8
        isOrdered = false
        allowsPrivate = false
        headers = []
        retry = .standard
        permanent = []
    }

    /// How fast it may be asked.
    var pace: EndpointGovernor.Pace {
        EndpointGovernor.Pace(concurrency: isOrdered ? 1 : concurrency, rate: rate, pauses: retry.intervals)
    }
}

/// An endpoint as one configuration has it: shared by all that is sent under it, never changed.
final class DeliveryTarget: Sendable {
    /// What the operator says.
    let options: EndpointOptions
    /// Which addresses it may have.
    let egress: EgressPolicy
    /// What its answers mean.
    let policy: AnswerPolicy
    /// What is counted of it.
    let metrics: DeliveryMetrics
    /// Whether only its literal host allows a restricted address.
    let isAllowedLiterally: Bool

    init(_ options: EndpointOptions, metrics: DeliveryMetrics) {
        self.options = options
        isAllowedLiterally =
            !options.allowsPrivate && EgressPolicy.isNamedLiterally(in: options.url.render([]))
        egress = options.egress
        self.metrics = metrics
        policy = AnswerPolicy(permanent: options.permanent)
    }
}
