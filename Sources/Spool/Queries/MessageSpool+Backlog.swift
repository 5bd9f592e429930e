import GRDB
import Mail

extension MessageSpool {
    /// What waits for each endpoint and what was given up; endpoints without either are left out.
    ///
    /// It walks the ready deliveries by their index, and all of them once for the dead, which have none: an index of
    /// theirs would cost every outcome. Who asks often keeps the answer for a while.
    package func backlog() async throws(SpoolError) -> [String: EndpointBacklog] {
        let endpoints = endpoints
        return try await read { db in
            var backlog: [String: EndpointBacklog] = [:]
            for row in try Row.fetchAll(db, sql: Self.readyByEndpoint) {
                backlog[row[0]] = EndpointBacklog(
                    ready: row[1], isHeld: !endpoints.holds(of: row[0]).isEmpty,
                    oldest: Timestamp(milliseconds: row[2]))
            }
            for row in try Row.fetchAll(db, sql: Self.deadByEndpoint) {
                backlog[row[0], default: EndpointBacklog()].dead = row[1]
            }
            return backlog
        }
    }

    private static let readyByEndpoint =
        "SELECT endpoint, count(*), min(series_start) FROM delivery WHERE state = 0 GROUP BY endpoint"

    private static let deadByEndpoint =
        "SELECT endpoint, count(*) FROM delivery WHERE state = 3 GROUP BY endpoint"
}
