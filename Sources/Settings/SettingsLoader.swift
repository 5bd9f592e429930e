/// Reads, merges and checks the configuration: built-in < file < `conf.d/*.yaml` < environment < flags.
///
/// Pure: everything it wants to know comes through `Surroundings`.
package struct SettingsLoader: Sendable {
    /// The files that are looked for where none is given.
    package static let standardFiles = ["transom.yaml", "/etc/transom/transom.yaml"]

    private let surroundings: Surroundings

    /// A loader that asks `surroundings`.
    package init(_ surroundings: Surroundings) {
        self.surroundings = surroundings
    }

    /// Where the configuration is looked for.
    package enum Origin: Equatable, Sendable {
        /// In this file, which must be there.
        case file(String)
        /// In the first of `standardFiles` that is there; else the environment alone.
        case standard
        /// In the environment and the flags alone.
        case environment
    }

    /// The settings, or every error there is.
    ///
    /// `flags` set options by their paths (`spool.path`), with values in YAML, and win over everything else.
    package func load(_ origin: Origin = .standard, flags: [String: String] = [:]) -> LoadedSettings {
        var sources = Sources(surroundings)
        let file = file(of: origin)
        var tree = file.flatMap { sources.read($0) }
        if let file { sources.readFolder(beside: file, into: &tree) }
        var merged = tree ?? .empty(source: file ?? Place.environment)
        let environment = EnvironmentLayer(surroundings, hasFile: file != nil)
        environment.apply(to: &merged)
        for (path, value) in flags.sorted(by: { $0.key < $1.key }) {
            let written = EnvironmentLayer.value(value, source: "--" + path)
            merged.override(
                with: Written(written, at: path.split(separator: ".").map(String.init), in: merged))
        }
        return finish(merged, sources, environment, file: file)
    }

    private func file(of origin: Origin) -> String? {
        switch origin {
        case .file(let path): path
        case .environment: nil
        case .standard:
            Self.standardFiles.first { path in
                do throws(FileProblem) {
                    _ = try surroundings.readFile(path)
                    return true
                } catch {
                    return error != .missing
                }
            }
        }
    }

    private func finish(
        _ tree: Written, _ sources: Sources, _ environment: EnvironmentLayer, file: String?
    ) -> LoadedSettings {
        var reading = Reading(surroundings)
        reading.exempt = environment.exempt
        var settings = BridgeSettings()
        var spoolPath: String?
        settings.smtp.hostname = surroundings.hostname
        if !sources.hasErrors {
            reading.subaddress = subaddress(in: tree)
            settings.read(tree, &reading)
            spoolPath = settings.spool.path
            settings.nameRoutes()
            var checks = Checks(settings: settings, tree: tree, reading: reading)
            checks.run()
            reading = checks.reading
        }
        let diagnostics = sources.complete(
            sources.diagnostics + environment.diagnostics + reading.diagnostics)
        return LoadedSettings(
            settings: diagnostics.contains { $0.severity == .error } ? nil : settings,
            diagnostics: diagnostics, isUnconfigured: file == nil && environment.isEmpty,
            spoolPath: spoolPath,
            written: tree)
    }

    /// The separator, which patterns need to know before `smtp` is read.
    private func subaddress(in tree: Written) -> Character? {
        guard let written = tree["smtp"]?["subaddress"] else { return SMTPSettings().subaddress }
        guard case .scalar(let text) = written.content else { return nil }
        return text.first
    }
}

/// What became of a configuration.
package struct LoadedSettings: Sendable {
    /// The settings; `nil` when there are errors.
    package let settings: BridgeSettings?
    /// Every error and warning, in the order of their places.
    package let diagnostics: [Diagnostic]
    /// Whether there is no file and nothing in the environment: a first start.
    package let isUnconfigured: Bool
    /// Where the spool is, also when something else is wrong: who looks into it needs no more; `nil`: nobody could tell.
    package let spoolPath: String?
    /// What was written, for `config print`.
    let written: Written

    /// Where the value at `path` was written; `nil`: nowhere.
    package func place(of path: [String]) -> Place? {
        path.reduce(Optional(written)) { $0?[$1] }?.place
    }
}

extension BridgeSettings {
    /// Gives the routes without a name theirs.
    fileprivate mutating func nameRoutes() {
        for index in routes.indices where routes[index].name.isEmpty {
            routes[index].name = "route-\(index + 1)"
        }
    }
}
