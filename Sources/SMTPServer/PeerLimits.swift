internal import Mail
internal import SMTP
internal import Synchronization

/// Counts connections and failures by address, and refuses what is over a limit.
///
/// Thread-safe.
///
/// An IPv4 address counts alone, IPv6 addresses by their /64: that is what one customer has. Networks are the /24 and
/// the /48 around them. Unix sockets do not count.
final class PeerLimits: Sendable {
    /// Why a connection is refused.
    enum Refusal: String, CaseIterable {
        /// Too many connections in all.
        case connections
        /// Too many from this address.
        case connectionsPerAddress = "connections_per_address"
        /// Too many from this network.
        case connectionsPerNetwork = "connections_per_network"
        /// Too many in a short time from this address.
        case connectionRate = "connection_rate_per_address"
    }

    fileprivate struct Account {
        var connections = 0
        var arrivals = Bucket()
        var authFailures = Bucket()
    }

    fileprivate struct State {
        var connections = 0
        var accounts: [IPAddress: Account] = [:]
        /// Connections by network; networks without one are not kept.
        var networks: [IPAddress: Int] = [:]
        var nextSweep = 1024
    }

    private let state = Mutex(State())

    /// Counts a connection from `peer` in, or says why it is refused.
    ///
    /// What is admitted must be released. Peers that are trusted may be as many in a network as they like.
    func admit(
        _ peer: Peer, _ limits: SMTPServerOptions.Limits, isTrusted: Bool = false, now: Duration
    ) -> Refusal? {
        state.withLock { state in
            guard state.connections < limits.connections else { return .connections }
            if let key = Self.key(peer) {
                state.sweep(now)
                var account = state.accounts[key] ?? Account()
                defer { state.accounts[key] = account }
                guard account.connections < limits.connectionsPerAddress else {
                    return .connectionsPerAddress
                }
                let neighbours = state.networks[Self.network(key), default: 0]
                guard isTrusted || neighbours < limits.connectionsPerNetwork else {
                    return .connectionsPerNetwork
                }
                if let rate = limits.connectionRatePerAddress, !account.arrivals.take(rate, now) {
                    return .connectionRate
                }
                account.connections += 1
                state.networks[Self.network(key)] = neighbours + 1
            }
            state.connections += 1
            return nil
        }
    }

    /// Counts a connection from `peer` out.
    func release(_ peer: Peer) {
        state.withLock { state in
            state.connections -= 1
            guard let key = Self.key(peer) else { return }
            state.accounts[key]?.connections -= 1
            let neighbours = state.networks[Self.network(key), default: 1] - 1
            state.networks[Self.network(key)] = neighbours > 0 ? neighbours : nil
        }
    }

    /// Whether AUTH failed so often for `peer` that it may not try now.
    func isGuessing(_ peer: Peer, _ limits: SMTPServerOptions.Limits, now: Duration) -> Bool {
        guard let key = Self.key(peer), let rate = limits.authFailuresPerAddress else { return false }
        return state.withLock { $0.accounts[key]?.authFailures.isFull(rate, now) ?? false }
    }

    /// AUTH failed for `peer`.
    func noteAuthFailure(_ peer: Peer, _ limits: SMTPServerOptions.Limits, now: Duration) {
        guard let key = Self.key(peer), let rate = limits.authFailuresPerAddress else { return }
        state.withLock { _ = $0.accounts[key, default: Account()].authFailures.take(rate, now) }
    }

    /// How many connections there are.
    var connections: Int { state.withLock(\.connections) }

    private static func key(_ peer: Peer) -> IPAddress? {
        guard let address = peer.address else { return nil }
        return if case .v6 = address { address.prefix(64) } else { address }
    }

    private static func network(_ key: IPAddress) -> IPAddress {
        if case .v6 = key { key.prefix(48) } else { key.prefix(24) }
    }
}

extension PeerLimits.State {
    /// Forgets addresses that have no connection and nothing on their account.
    fileprivate mutating func sweep(_ now: Duration) {
        guard accounts.count >= nextSweep else { return }
        accounts = accounts.filter { _, account in
            account.connections > 0 || !account.arrivals.isEmpty(now) || !account.authFailures.isEmpty(now)
        }
        nextSweep = max(1024, accounts.count * 2)
    }
}

/// A leaky bucket: events fill it, time empties it.
///
/// The time is that of a monotonic clock.
struct Bucket {
    /// When the bucket will be empty.
    private var emptyAt = Duration.zero

    /// Puts an event in; `false` when there is no room for it.
    mutating func take(_ rate: Rate, _ now: Duration) -> Bool {
        let share = rate.period / rate.count
        let next = max(emptyAt, now) + share
        guard next - now <= rate.period + share / 2 else { return false }
        emptyAt = next
        return true
    }

    /// Whether the next event would not fit.
    func isFull(_ rate: Rate, _ now: Duration) -> Bool {
        var copy = self
        return !copy.take(rate, now)
    }

    /// Whether all events have leaked out.
    func isEmpty(_ now: Duration) -> Bool { emptyAt <= now }
}
