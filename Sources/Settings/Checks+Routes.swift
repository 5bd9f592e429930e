import Mail
import Routing

extension Checks {
    /// The routes as they were written, beside what was read of them.
    private var routes: [(written: Written, route: RouteSettings)] {
        guard case .list(let items) = tree["routes"]?.content else { return [] }
        return Array(zip(items, settings.routes))
    }

    private var endpointNames: [String] {
        guard case .map(let entries) = tree["endpoints"]?.content else { return [] }
        return entries.map(\.key)
    }

    /// Every route has one action, a name of its own, and endpoints and listeners that exist.
    mutating func checkRoutes() {
        var names: [String: Place] = [:]
        for (written, route) in routes {
            if let first = names[route.name] {
                reading.error(
                    written["name"]?.place ?? written.place, "two routes are named \"\(route.name)\"",
                    "the first is at \(first)")
            }
            names[route.name] = names[route.name] ?? written["name"]?.place ?? written.place
            checkAction(of: route, written)
            checkNames(in: written["deliver"], among: endpointNames, called: "endpoint")
            checkNames(
                in: written["match"]?["listener"], among: settings.smtp.listeners.map(\.name),
                called: "listener")
            checkAnswer(of: route, written)
        }
    }

    private mutating func checkAction(of route: RouteSettings, _ written: Written) {
        guard written.isMap else { return }
        let actions = ["deliver", "discard", "reject"].filter { written[$0] != nil }
        if actions.count != 1 {
            let found = actions.isEmpty ? "none" : actions.joined(separator: " and ")
            reading.error(
                written.place,
                "route \"\(route.name)\" needs exactly one of deliver, discard and reject, and has \(found)")
        }
        if route.continues, let place = written["continue"]?.place, written["deliver"] == nil,
            !actions.isEmpty
        {
            reading.error(place, "only a route that delivers can go on to the next")
        }
        if let discard = written["discard"], case .scalar("false") = discard.content, actions == ["discard"] {
            reading.error(
                discard.place, "\"discard\" is false, so the route does nothing", "leave the route out")
        }
    }

    private mutating func checkNames(in written: Written?, among known: [String], called what: String) {
        guard let written else { return }
        let items = if case .list(let items) = written.content { items } else { [written] }
        var seen: Set<String> = []
        for item in items {
            guard case .scalar(let name) = item.content, !name.contains("${") else { continue }
            if !known.contains(name) {
                let near = nearest(to: name, among: known).map { "did you mean \"\($0)\"?" }
                let list = known.isEmpty ? "there is none" : "known: \(known.joined(separator: ", "))"
                reading.error(item.place, "there is no \(what) \"\(name)\"", near ?? list)
            } else if !seen.insert(name).inserted {
                reading.error(item.place, "\(what) \"\(name)\" stands twice")
            }
        }
    }

    private mutating func checkAnswer(of route: RouteSettings, _ written: Written) {
        guard route.answer == .afterDelivery else { return }
        if let decides = route.decides {
            if !route.deliver.contains(decides) {
                reading.error(
                    written["decides"]?.place,
                    "\"\(decides)\" cannot decide: the route does not deliver to it")
            }
        } else if route.deliver.count > 1 {
            reading.error(
                written["answer"]?.place, "several endpoints cannot decide one reply",
                "name one with \"decides\"")
        }
    }

    /// Captures that a URL or header uses are caught by every route that delivers there.
    mutating func checkCaptures() {
        for endpoint in settings.endpoints {
            let used = Set(endpoint.url.names + endpoint.headers.flatMap(\.value.names))
            guard !used.isEmpty else { continue }
            for (written, route) in routes where route.deliver.contains(endpoint.name) {
                let caught = route.match.capturedAlways
                for name in used.subtracting(caught).sorted() {
                    reading.error(
                        written["match"]?["recipient"]?.place ?? written.place,
                        "endpoint \"\(endpoint.name)\" uses {\(name)}, which route \"\(route.name)\" does not always capture",
                        caught.isEmpty
                            ? nil : "it captures \(caught.sorted().map { "{\($0)}" }.joined(separator: ", "))"
                    )
                }
            }
            if endpoint.fanOut == .message {
                reading.warning(
                    place(ofEndpoint: endpoint.name),
                    "endpoint \"\(endpoint.name)\" gets one request for all recipients of a message, with the captures of the first",
                    "set \"fan_out: recipient\"")
            }
        }
    }

    /// Where the endpoint is declared.
    func place(ofEndpoint name: String) -> Place? {
        guard case .map(let entries) = tree["endpoints"]?.content else { return nil }
        return entries.first { $0.key == name }?.place
    }
}

extension MatchSettings {
    /// The names that every one of its patterns captures.
    fileprivate var capturedAlways: Set<String> {
        let names = recipient.map { source -> Set<String> in
            switch source {
            case .pattern(let pattern): Set(pattern.names)
            case .file: []
            }
        }
        return names.dropFirst().reduce(names.first ?? []) { $0.intersection($1) }
    }
}
