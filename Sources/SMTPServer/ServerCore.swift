internal import Logging
internal import Mail
internal import NIOCore
internal import SMTP
internal import Synchronization
internal import Telemetry

/// What all connections share.
///
/// Thread-safe.
final class ServerCore: Sendable {
    /// What can change by a reload; connections keep what they began with.
    struct Configuration: Sendable {
        /// The operator's options.
        var options: SMTPServerOptions
        /// Certificates and users.
        var security: Security
    }

    /// Decides and takes messages.
    let receiver: any MessageReceiver
    /// Finds peers' names, if anybody does.
    let names: (any PeerNames)?
    /// Who has how many connections.
    let peers = PeerLimits()
    /// What is counted.
    let metrics: SMTPMetrics
    /// Where events go.
    let logger: Logger
    /// The last descriptor.
    let reserve = DescriptorReserve()
    private let memory = Atomic<Int>(0)
    private let lookups = Atomic<Int>(0)
    private let isDrainingFlag = Atomic<Bool>(false)
    private let current: Mutex<Configuration>

    /// The core of a server that hands its mail to `receiver`.
    init(
        _ configuration: Configuration, receiver: any MessageReceiver, names: (any PeerNames)?,
        registry: Registry, logger: Logger
    ) {
        self.receiver = receiver
        self.names = names
        self.logger = logger
        metrics = SMTPMetrics(registry)
        current = Mutex(configuration)
    }

    /// The configuration in force.
    var configuration: Configuration {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }

    /// Whether the server is stopping.
    var isDraining: Bool { isDrainingFlag.load(ordering: .relaxed) }

    /// The server stops: no transaction begins.
    func beginDraining() {
        isDrainingFlag.store(true, ordering: .relaxed)
    }

    /// Counts a look for a name in; `false` when there are enough under way.
    func beginLookup(_ limits: SMTPServerOptions.Limits) -> Bool {
        guard lookups.wrappingAdd(1, ordering: .relaxed).newValue <= limits.nameLookups else {
            endLookup()
            return false
        }
        return true
    }

    /// Counts it out.
    func endLookup() {
        lookups.wrappingSubtract(1, ordering: .relaxed)
    }

    /// Counts octets that a session holds; a negative number counts octets it no longer holds.
    func hold(_ octets: Int) {
        memory.wrappingAdd(octets, ordering: .relaxed)
    }

    /// Octets that the sessions hold.
    var heldMemory: Int { memory.load(ordering: .relaxed) }

    /// Whether the sessions hold more memory than they may.
    func isShortOfMemory(_ options: SMTPServerOptions) -> Bool {
        heldMemory > options.limits.memory.bytes
    }

    /// What a monotonic clock says.
    static var now: Duration { .nanoseconds(Int64(clamping: NIODeadline.now().uptimeNanoseconds)) }
}
