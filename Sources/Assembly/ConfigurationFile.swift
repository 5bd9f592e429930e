package import Console
import Foundation
package import Settings

/// The configuration a command runs on: which file, which flags, and what became of it.
package struct ConfigurationFile: Sendable {
    private let origin: SettingsLoader.Origin
    private let flags: [String: String]

    /// `path`, or where that is `nil` the standard files and the environment; `flags` set options by their paths.
    package init(_ path: String?, flags: [String: String] = [:]) {
        origin = path.map { .file($0) } ?? .standard
        self.flags = flags
    }

    /// The environment and `flags` alone.
    init(flags: [String: String]) {
        origin = .environment
        self.flags = flags
    }

    /// Reads and checks it.
    package func load() -> LoadedSettings {
        SettingsLoader(.system()).load(origin, flags: flags)
    }

    /// The settings; every error and warning goes to the terminal, and errors end the command with status 78.
    package func settings(_ terminal: Terminal) throws -> BridgeSettings {
        try settings(load(), terminal)
    }

    /// The settings in `loaded`, in the same way.
    func settings(_ loaded: LoadedSettings, _ terminal: Terminal) throws -> BridgeSettings {
        if loaded.isUnconfigured, loaded.settings == nil {
            throw CommandError("nothing is configured here: name the file with --config", .configuration)
        }
        for diagnostic in loaded.diagnostics { terminal.note(diagnostic.description) }
        guard let settings = loaded.settings else {
            let errors = loaded.diagnostics.count { $0.severity == .error }
            throw CommandError(
                "the configuration has \(errors) error\(errors == 1 ? "" : "s")", .configuration)
        }
        return settings
    }

    /// Where the spool is; other errors than its own do not matter to who only looks into it.
    ///
    /// Where nothing is configured, the standard place will do if there is one.
    package func spoolPath() throws -> String {
        let loaded = load()
        if let path = loaded.spoolPath,
            !loaded.isUnconfigured || FileManager.default.fileExists(atPath: path)
        {
            return path
        }
        let reason = loaded.diagnostics.first.map { "; \($0.headline)" } ?? ""
        throw CommandError(
            "the spool is not known: name it with --spool, or the configuration with --config\(loaded.isUnconfigured ? "" : reason)",
            .configuration)
    }

    /// Whether there is no file and nothing in the environment.
    var isUnconfigured: Bool {
        let loaded = load()
        return loaded.isUnconfigured && loaded.settings == nil
    }

    /// What somebody who starts for the first time can do.
    static let firstStart = """
        nothing is configured. One of these works:
          transom dev                                                       try it on this machine
          TRANSOM_WEBHOOK_URL=https://app.example.com/hook transom serve    every mail to one webhook
          transom init example.com https://app.example.com/hook             write a configuration to start from
          transom serve --config FILE                                       one of your own
        """
}

extension ConfigurationFile {
    /// `config print`: the configuration as YAML, each value with its place, secrets as stars.
    package func print(onlyWritten: Bool, terminal: Terminal) throws {
        let loaded = load()
        guard let text = loaded.printed(onlyWritten ? .written : .everything) else {
            _ = try settings(terminal)
            return
        }
        terminal.write(Array(text.utf8))
    }

    /// `config schema`: the JSON Schema, or the reference page.
    package static func printSchema(asMarkdown: Bool, terminal: Terminal) {
        terminal.write(Array((asMarkdown ? ConfigurationReference.markdown : ConfigurationSchema.json).utf8))
    }
}
