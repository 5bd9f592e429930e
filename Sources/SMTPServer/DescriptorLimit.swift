internal import Glibc

/// How many descriptors the process may have.
package enum DescriptorLimit {
    /// Descriptors for everything but mail connections: the spool, its bodies, deliveries, the operator.
    private static let otherUses = 500

    /// Raises the limit as far as the system lets us, and says which it is if `connections` do not fit in.
    ///
    /// systemd and shells begin with 1,024 for the sake of `select`, which nothing here uses.
    package static func raise(toServe connections: Int) -> Int? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let available = Int(clamping: limit.rlim_max)
        return available < connections + otherUses ? available : nil
    }
}
