/// Reads, merges and checks the configuration. Pure: everything it wants to know comes through `Surroundings`.
package struct SettingsLoader: Sendable {
    private let surroundings: Surroundings

    /// A loader that asks `surroundings`.
    package init(_ surroundings: Surroundings) {
        self.surroundings = surroundings
    }

    /// The settings of `file` and what stands beside it; without a file, those of the environment alone.
    ///
    /// `flags` set options by their paths (`spool.path`) and win over everything else.
    package func load(file: String?, flags: [String: String] = [:]) -> LoadedSettings {
        LoadedSettings(settings: nil, diagnostics: [])
    }
}

/// What became of a configuration.
package struct LoadedSettings: Sendable {
    /// The settings; `nil` when there are errors.
    package let settings: BridgeSettings?
    /// Every error and warning, in the order of their places.
    package let diagnostics: [Diagnostic]
}
