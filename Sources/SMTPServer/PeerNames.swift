package import Mail
internal import NIOCore
internal import SMTP
internal import Telemetry

/// Finds the names of peers; `Assembly` has a resolver that can.
package protocol PeerNames: Sendable {
    /// The name of `address` that has this address itself (RFC 8601 §3), or `nil`.
    ///
    /// It ends by itself in a bounded time, and at once when its task is cancelled.
    func confirmedName(of address: IPAddress) async -> String?
}

/// What became of the look for a name.
enum NameOutcome: String, CaseIterable {
    /// It has one.
    case found
    /// It has none, or none that leads back, or the DNS did not say in time.
    case none
    /// Too many were being looked for.
    case skipped
}

extension ConnectionHandler {
    /// Begins to look for the peer's name; nothing waits for it, and it ends with the connection.
    func lookUpName() {
        guard options.looksUpNames, let names = core.names, let context,
            let address = session.facts.peer.address, !address.isLoopback
        else { return }
        guard core.beginLookup(options.limits) else {
            core.metrics.names[.skipped]?.add()
            return
        }
        let (core, loop, bound) = (core, context.eventLoop, NIOLoopBound(self, eventLoop: context.eventLoop))
        nameLookup = Task {
            let name = await names.confirmedName(of: address)
            core.endLookup()
            core.metrics.names[name == nil ? .none : .found]?.add()
            guard let name, !Task.isCancelled else { return }
            loop.execute { bound.value.learned(name, of: address) }
        }
    }

    private func learned(_ name: String, of address: IPAddress) {
        guard session.facts.peer.address == address else { return }
        session.learned(name: name)
    }
}

extension IPAddress {
    /// Whether it is this machine's own, RFC 1122 §3.2.1.3, RFC 4291 §2.5.3.
    fileprivate var isLoopback: Bool {
        switch self {
        case .v4(let bits): bits >> 24 == 127
        case .v6(let high, let low): high == 0 && low == 1
        }
    }
}
