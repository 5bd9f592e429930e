import Foundation
import Mail
import Spool

extension ControlAPI {
    /// `GET /api/v1/deliveries` and `…/ID`.
    func deliveries(_ path: [String], _ request: ControlRequest) async throws -> ControlResponse {
        switch path.count {
        case 0:
            let found = try await spool.deliveries(
                try filter(of: request), limit: try limit(of: request),
                before: try request.query["before"].map(deliveryID))
            return .json(DeliveryListView(deliveries: found.map(DeliveryView.init)))
        case 1:
            let id = try deliveryID(path[0])
            guard let details = try await spool.delivery(id) else {
                throw ControlError.notFound("there is no delivery \(id)")
            }
            return .json(DeliveryDetailsView(details))
        default:
            throw ControlError.notFound("there is no \(request.path)")
        }
    }

    /// `POST /api/v1/replay` with a `ReplayRequest`: sends deliveries again, or all those of messages.
    func replay(_ request: ControlRequest) async throws -> ControlResponse {
        guard let order = try? ControlCoding.decoder().decode(ReplayRequest.self, from: Data(request.body))
        else {
            throw ControlError.badRequest("the body is not a replay: {\"ids\": [\"dlv_…\"], …}")
        }
        if let endpoint = order.endpoint { try await checkEndpoint(endpoint) }
        let named = try await resolve(order)
        let again = ReplayOrder(makesNewID: order.newID ?? false, url: order.to)
        var elsewhere = again
        elsewhere.endpoint = order.endpoint
        var replayed = try await spool.replay(named.deliveries, elsewhere)
        replayed += try await spool.replay(named.ofMessages, again)
        if let endpoint = order.endpoint {
            for message in named.first {
                if let delivery = try await spool.deliver(message, to: endpoint) { replayed.append(delivery) }
            }
        }
        bridge?.wake()
        return .json(ReplayedView(deliveries: replayed.map(\.description)))
    }

    /// What the ids of a `ReplayRequest` stand for.
    private struct Named {
        /// Deliveries named themselves; another endpoint means a copy of them.
        var deliveries: [DeliveryID] = []
        /// Deliveries of messages that were named, of the endpoint that was.
        var ofMessages: [DeliveryID] = []
        /// Messages that have no delivery to the endpoint.
        var first: [MessageID] = []
    }

    /// Looks up every id before anything is sent: a wrong one among many stops all of them, not the rest.
    private func resolve(_ order: ReplayRequest) async throws -> Named {
        var named = Named()
        for id in order.ids {
            if let delivery = DeliveryID(id) {
                named.deliveries.append(delivery)
                continue
            }
            let message = try messageID(id)
            guard let details = try await spool.message(message) else {
                throw ControlError.notFound("there is no message \(id)")
            }
            let present = details.summary.deliveries.filter {
                order.endpoint == nil || $0.endpoint == order.endpoint
            }
            named.ofMessages += present.map(\.id)
            if present.isEmpty { named.first.append(message) }
        }
        if order.skipsUnknown != true, let unknown = try await spool.firstUnknown(of: named.deliveries) {
            throw ControlError.notFound("there is no delivery \(unknown)")
        }
        return named
    }

    private func filter(of request: ControlRequest) throws -> DeliveryFilter {
        var filter = DeliveryFilter(endpoint: request.query["endpoint"])
        filter.message = try request.query["message"].map(messageID)
        if request.query["state"] == "held" {
            filter.isHeld = true
        } else if let state = request.query["state"] {
            guard let known = DeliveryState(name: state) else {
                throw ControlError.badRequest("state is one of ready, held, claimed, delivered, dead")
            }
            filter.state = known
        }
        if let since = request.query["since"] {
            guard let milliseconds = Int64(since) else {
                throw ControlError.badRequest("since is a time in milliseconds since 1970")
            }
            filter.since = Timestamp(milliseconds: milliseconds)
        }
        return filter
    }
}

extension ControlAPI {
    /// `GET /api/v1/endpoints`: those of the running bridge, or what the spool remembers of them; then those that are
    /// gone and for which something waits or was given up.
    func endpoints() async throws -> ControlResponse {
        let (states, backlog, now) = (spool.endpointStates(), try await spool.backlog(), WallClock.now())
        var views =
            try await bridge?.endpoints()
            ?? states.sorted { $0.key < $1.key }.map { EndpointView(name: $0.key, state: $0.value) }
        let gone = Set(backlog.keys).subtracting(views.map(\.name))
        views += gone.sorted().map {
            EndpointView(name: $0, state: states[$0] ?? EndpointState(holds: .missing))
        }
        for index in views.indices {
            views[index].add(backlog[views[index].name] ?? EndpointBacklog(), at: now)
        }
        return .json(EndpointListView(endpoints: views))
    }

    /// `POST /api/v1/endpoints/NAME/pause` and `…/resume`.
    func change(_ name: String, _ action: String) async throws -> ControlResponse {
        try await checkEndpoint(name)
        switch action {
        case "pause": try await pause(name)
        case "resume": try await resume(name)
        default: throw ControlError.notFound("an endpoint can be paused and resumed; \(action) is not known")
        }
        return try await endpoints()
    }
}

extension ControlAPI {
    /// Throws unless there is an endpoint `name`; without a bridge, unless the spool remembers one.
    private func checkEndpoint(_ name: String) async throws {
        let known = try await bridge?.endpoints().map(\.name) ?? Array(spool.endpointStates().keys)
        guard known.contains(name) else {
            throw ControlError.notFound(
                "there is no endpoint \(name); there are: \(known.sorted().joined(separator: ", "))")
        }
    }

    private func pause(_ endpoint: String) async throws {
        guard let bridge else { return try await spool.hold(endpoint, as: .paused) }
        try await bridge.pause(endpoint)
    }

    private func resume(_ endpoint: String) async throws {
        guard let bridge else { return try await spool.resume(endpoint) }
        try await bridge.resume(endpoint)
    }
}

extension DeliveryState {
    /// The state as the API writes it.
    var name: String {
        switch self {
        case .ready: "ready"
        case .claimed: "claimed"
        case .delivered: "delivered"
        case .dead: "dead"
        }
    }

    init?(name: String) {
        guard let state = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = state
    }
}
