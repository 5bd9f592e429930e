import Mail

/// What the environment says: `TRANSOM__SMTP__HOSTNAME` for `smtp.hostname`, and six shorthands.
///
/// With `TRANSOM_WEBHOOK_URL` and no file the shorthands are a whole configuration: one listener, one endpoint, one
/// route, and a spool wherever one can be.
struct EnvironmentLayer {
    /// The shorthands.
    static let shorthands = [
        "TRANSOM_WEBHOOK_URL", "TRANSOM_WEBHOOK_SECRET", "TRANSOM_HOSTNAME", "TRANSOM_LISTEN",
        "TRANSOM_SPOOL",
        "TRANSOM_DOMAINS",
    ]
    /// The name of the endpoint of `TRANSOM_WEBHOOK_URL`.
    static let endpoint = "webhook"

    /// What is wrong or doubtful about it.
    private(set) var diagnostics: [Diagnostic] = []
    /// The required options that may be missing: without `TRANSOM_WEBHOOK_SECRET` the spool keeps a secret.
    private(set) var exempt: Set<String> = []
    /// Whether it says nothing.
    let isEmpty: Bool
    private let surroundings: Surroundings
    private let hasFile: Bool
    private let variables: [String: String]

    /// The layer of `surroundings`.
    init(_ surroundings: Surroundings, hasFile: Bool) {
        self.surroundings = surroundings
        self.hasFile = hasFile
        variables = surroundings.environment.filter { $0.key.hasPrefix("TRANSOM_") && !$0.value.isEmpty }
        let (shorthands, others) = (Self.shorthands, variables.keys.filter { !$0.hasPrefix("TRANSOM__") })
        isEmpty = !variables.keys.contains { $0.hasPrefix("TRANSOM__") || shorthands.contains($0) }
        if variables["TRANSOM_WEBHOOK_URL"] != nil, variables["TRANSOM_WEBHOOK_SECRET"] == nil {
            exempt = ["endpoints.\(Self.endpoint).secret"]
        }
        for name in others.sorted() where !shorthands.contains(name) {
            guard let near = nearest(to: name, among: shorthands) else { continue }
            let place = Place(source: "$" + name, line: 1, column: 1)
            diagnostics.append(
                Diagnostic(
                    .warning, at: place, "this variable is not known", suggestion: "did you mean \(near)?"))
        }
        if !hasFile, variables["TRANSOM_WEBHOOK_URL"] != nil, domains.isEmpty {
            let place = Place(source: "$TRANSOM_WEBHOOK_URL", line: 1, column: 1)
            diagnostics.append(
                Diagnostic(
                    .warning, at: place, "mail for every recipient of every domain is accepted",
                    suggestion: "set TRANSOM_DOMAINS=example.com"))
        }
    }

    /// Puts it over `tree`.
    func apply(to tree: inout Written) {
        applyShorthands(to: &tree)
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) where name.hasPrefix("TRANSOM__") {
            let path = levels(of: name.dropFirst(9))
            tree.override(with: Written(Self.value(value, source: "$" + name), at: path, in: tree))
        }
    }

    /// A value of the environment or the command line: YAML, or, where it is none, the text itself.
    static func value(_ text: String, source: String) -> Written {
        let document = YAMLDocument(text, source: source)
        guard document.diagnostics.isEmpty, let root = document.root else {
            return Written(content: .scalar(text), place: Place(source: source, line: 1, column: 1))
        }
        return root
    }

    private var domains: [String] {
        (variables["TRANSOM_DOMAINS"] ?? "").split { $0 == "," || $0.isWhitespace }.map(String.init)
    }

    private func applyShorthands(to tree: inout Written) {
        set("TRANSOM_HOSTNAME", at: ["smtp", "hostname"], of: &tree)
        set("TRANSOM_SPOOL", at: ["spool", "path"], of: &tree)
        set("TRANSOM_WEBHOOK_URL", at: ["endpoints", Self.endpoint, "url"], of: &tree)
        set("TRANSOM_WEBHOOK_SECRET", at: ["endpoints", Self.endpoint, "secret"], of: &tree)
        if let address = variables["TRANSOM_LISTEN"] { listen(on: address, "$TRANSOM_LISTEN", in: &tree) }
        guard variables["TRANSOM_WEBHOOK_URL"] != nil else { return }
        if tree["routes"] == nil { tree.override(with: Written(route, at: ["routes"], in: nil)) }
        guard !hasFile else { return }
        if tree["smtp"]?["listeners"] == nil {
            listen(on: surroundings.mayListen(25) ? "[::]:25" : "[::]:2525", "built-in", in: &tree)
        }
        if tree["spool"]?["path"] == nil {
            tree.override(with: Written(text(spool, "built-in"), at: ["spool", "path"], in: tree))
        }
    }

    private func set(_ name: String, at path: [String], of tree: inout Written) {
        guard let value = variables[name] else { return }
        tree.override(with: Written(text(value, "$" + name), at: path, in: tree))
    }

    private func listen(on address: String, _ source: String, in tree: inout Written) {
        let listener = map([("name", text("mx", source)), ("address", text(address, source))], source)
        let listeners = Written(content: .list([listener]), place: listener.place)
        tree.override(with: Written(listeners, at: ["smtp", "listeners"], in: tree))
    }

    private var route: Written {
        let source = domains.isEmpty ? "$TRANSOM_WEBHOOK_URL" : "$TRANSOM_DOMAINS"
        let patterns = domains.map { text("*@" + $0, source) }
        var members = [("name", text(Self.endpoint, source))]
        if !patterns.isEmpty {
            let list = Written(content: .list(patterns), place: Place(source: source, line: 1, column: 1))
            members.append(("match", map([("recipient", list)], source)))
        }
        members.append(("deliver", text(Self.endpoint, source)))
        let route = map(members, source)
        return Written(content: .list([route]), place: route.place)
    }

    /// The first folder that can be written.
    private var spool: String {
        let state = surroundings.environment["STATE_DIRECTORY"]?.split(separator: ":").first.map(String.init)
        let candidates = [state, "/var/lib/transom", "./transom-spool"].compactMap { $0 }
        return candidates.first(where: surroundings.isWritable) ?? "./transom-spool"
    }

    private func text(_ text: String, _ source: String) -> Written {
        Written(content: .scalar(text), place: Place(source: source, line: 1, column: 1))
    }

    private func map(_ members: [(String, Written)], _ source: String) -> Written {
        let place = Place(source: source, line: 1, column: 1)
        return Written(
            content: .map(members.map { Written.Entry(key: $0.0, place: place, value: $0.1) }), place: place)
    }
}

/// The parts between double underscores, in lower case.
private func levels(of name: Substring) -> [String] {
    var levels: [String] = [""]
    var rest = name
    while let character = rest.popFirst() {
        if character == "_", rest.first == "_" {
            rest.removeFirst()
            levels.append("")
        } else {
            levels[levels.count - 1] += character.lowercased()
        }
    }
    return levels
}
