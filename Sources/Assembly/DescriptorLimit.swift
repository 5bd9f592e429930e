import Glibc
import Logging
import Settings

/// How many descriptors the process may have.
enum DescriptorLimit {
    /// Descriptors for everything but mail connections: the spool, its bodies, deliveries, the operator.
    private static let otherUses = 500

    /// Raises the limit as far as the system lets us, and warns when `smtp.limits.connections` does not fit in.
    ///
    /// systemd and shells begin with 1,024 for the sake of `select`, which nothing here uses.
    static func raise(for settings: BridgeSettings, logger: Logger) {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let connections = settings.smtp.limits.connections
        if limit.rlim_max < UInt64(clamping: connections + otherUses) {
            logger.warning(
                "fewer descriptors than smtp.limits.connections may need; raise LimitNOFILE or ulimit -n",
                metadata: ["descriptors": "\(limit.rlim_max)", "connections": "\(connections)"])
        }
    }
}
