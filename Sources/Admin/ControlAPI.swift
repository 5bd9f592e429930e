import Mail
package import Spool

/// The operator's API: what `transom messages`, `deliveries`, `replay`, `endpoints`, `spool`, `reload` and
/// `healthcheck` ask, the same over `control.sock` and in memory.
///
/// Lists are newest first, with `limit` and `before=ID`. Every answer is JSON but `raw` and `session`.
package final class ControlAPI: Sendable {
    let spool: MessageSpool
    /// The running bridge; `nil` when a command has opened the spool itself.
    let bridge: (any BridgeControl)?

    /// The API of `spool`, and of the bridge that runs on it.
    package init(spool: MessageSpool, bridge: (any BridgeControl)?) {
        self.spool = spool
        self.bridge = bridge
    }

    /// Answers one request; a failure becomes `{"error": …}` with its status.
    package func respond(to request: ControlRequest) async -> ControlResponse {
        do {
            return try await route(request)
        } catch let error as ControlError {
            return .json(ErrorView(error: error.message), status: error.status)
        } catch let error as SpoolError {
            return .json(ErrorView(error: "\(error)"), status: error.isNotFound ? 404 : 500)
        } catch {
            return .json(ErrorView(error: "\(error)"), status: 500)
        }
    }

    private func route(_ request: ControlRequest) async throws -> ControlResponse {
        let path = request.path.split(separator: "/").map(String.init)
        guard path.starts(with: ["api", "v1"]) else {
            throw ControlError.notFound("there is no \(request.path)")
        }
        switch (request.method, path.dropFirst(2).first, Array(path.dropFirst(3))) {
        case (.get, "messages", let rest): return try await messages(rest, request)
        case (.get, "deliveries", let rest): return try await deliveries(rest, request)
        case (.post, "replay", []): return try await replay(request)
        case (.get, "endpoints", []): return try await endpoints()
        case (.post, "endpoints", let rest) where rest.count == 2: return try await change(rest[0], rest[1])
        case (.get, "spool", ["stats"]): return .json(StatisticsView(try await spool.statistics()))
        case (.post, "spool", ["fsck"]): return try await fsck(request)
        case (.post, "reload", []): return .json(try await runningBridge("reload").reload())
        case (.get, "health", []): return try health()
        default: throw ControlError.notFound("there is no \(request.method.rawValue) \(request.path)")
        }
    }

    func runningBridge(_ what: String) throws(ControlError) -> any BridgeControl {
        guard let bridge else { throw .unavailable("\(what) needs a running bridge") }
        return bridge
    }

    private func fsck(_ request: ControlRequest) async throws -> ControlResponse {
        .json(DamageView(try await spool.check(readsBodies: request.query["bodies"] == "true")))
    }

    private func health() throws -> ControlResponse {
        let problems = try runningBridge("health").problems
        return .json(
            HealthView(ready: problems.isEmpty, problems: problems), status: problems.isEmpty ? 200 : 503)
    }
}

/// What only a running bridge can do or say.
///
/// `Assembly` conforms it.
package protocol BridgeControl: AnyObject, Sendable {
    /// Reads the configuration anew and says what changed, or why not.
    func reload() async -> ReloadReport
    /// Why the bridge is not ready; empty when it is.
    var problems: [String] { get }
    /// The endpoints of the running configuration, in its order.
    func endpoints() async throws -> [EndpointView]
    /// The certificates in use.
    func certificates() async -> [CertificateView]
    /// Sends nothing to the endpoint until it is resumed.
    func pause(_ endpoint: String) async throws
    /// Ends pause and disablement of the endpoint.
    func resume(_ endpoint: String) async throws
    /// There is work in the spool that was not there before.
    func wake()
}

/// What a reload did.
package struct ReloadReport: Codable, Equatable, Sendable {
    /// Whether the configuration in the file is the one that runs.
    package var applied: Bool
    /// What changed, or what was wrong, a line each.
    package var lines: [String]

    /// A reload that was `applied` or refused, in these words.
    package init(applied: Bool, lines: [String]) {
        self.applied = applied
        self.lines = lines
    }
}

extension SpoolError {
    /// Whether something asked for is not there.
    fileprivate var isNotFound: Bool {
        if case .notFound = self { true } else { false }
    }
}
