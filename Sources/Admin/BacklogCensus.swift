import Mail
import Spool

/// The backlog of every endpoint for those who ask often: metrics are read by anybody who reaches the admin port, and
/// the spool may be large.
///
/// One count runs at a time, and all who ask meanwhile wait for it. Its result is used again for a hundred times as
/// long as it took, so that counting takes at most a hundredth of one processor.
actor BacklogCensus {
    private let spool: MessageSpool
    private var latest: (backlog: [String: EndpointBacklog], usableUntil: ContinuousClock.Instant)?
    private var counting: Task<Void, Never>?

    /// A result is used again for so many times as long as it took.
    static let rest = 100
    /// A result is used again at least so long.
    static let shortestRest = Duration.seconds(1)

    init(_ spool: MessageSpool) {
        self.spool = spool
    }

    /// The backlog by endpoint; what was counted last when the spool cannot be read.
    func backlog() async -> [String: EndpointBacklog] {
        if latest.map({ .now >= $0.usableUntil }) ?? true {
            let count = counting ?? Task { await self.count() }
            counting = count
            await count.value
        }
        return latest?.backlog ?? [:]
    }

    private func count() async {
        let began = ContinuousClock.now
        let backlog = try? await spool.backlog()
        let ended = ContinuousClock.now
        latest = (
            backlog ?? latest?.backlog ?? [:],
            ended + max(Self.shortestRest, (ended - began) * Self.rest)
        )
        counting = nil
    }
}
