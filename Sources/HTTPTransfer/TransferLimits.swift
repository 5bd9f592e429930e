/// Every limit of the engine, by name.
package struct TransferLimits: Sendable {
    /// Transfers that libcurl has at once; the rest waits.
    package var inFlight = 1024
    /// Connections kept open for reuse.
    package var idleConnections = 256
    /// Names being resolved at once: each costs a thread of libcurl's.
    package var lookups = 32
    /// Longest time for name, TCP and TLS together.
    package var connect: Duration = .seconds(5)
    /// Octets a second that a large body is given, beside the transfer's own timeout.
    package var slowestUpload = 256 * 1024
    /// Octets of response header accepted, interim responses included.
    package var responseHeader = 64 * 1024
    /// Octets of response body kept.
    package var storedBody = 16 * 1024
    /// Octets of response body read before the rest is refused; the status has decided by then.
    package var countedBody = 1024 * 1024
    /// The bundle of trusted certificates; `nil`: the one libcurl was built with.
    package var caBundle: String?

    /// The limits of the product.
    package init() {}
}
