import ArgumentParser
import Assembly
import Console
import Settings

/// The program: names its commands.
struct Transom: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transom",
        abstract: "Receives mail by SMTP and hands it to web applications as signed webhooks.",
        version: TransomVersion.number,
        subcommands: [
            ServeCommand.self, DevCommand.self, InitCommand.self, CheckCommand.self, DoctorCommand.self,
            ParseMessage.self, Send.self, Verify.self, Messages.self, Deliveries.self, Replay.self,
            Endpoints.self, Routes.self, SpoolGroup.self, Reload.self,
            ConfigGroup.self, Users.self, Healthcheck.self, Version.self,
        ])
}

/// Which spool a command looks into.
struct SpoolPlace: ParsableArguments {
    @Option(help: "The configuration that names the spool.")
    var config: String?

    @Option(help: "The spool's folder; wins over the configuration.")
    var spool: String?

    /// Runs `body` with the commands of that spool.
    func run(
        needsBridge: Bool = false, asJSON json: Bool = false, _ body: (SpoolCommands) async throws -> Void
    ) async throws {
        let terminal = Terminal()
        let path = try spool ?? ConfigurationFile(config).spoolPath()
        try await SpoolAccess.with(path, needsBridge: needsBridge, terminal: terminal) { client in
            try await body(SpoolCommands(client, terminal: terminal, asJSON: json))
        }
    }
}

/// Options of the commands that answer from a spool.
struct SpoolOptions: ParsableArguments {
    @OptionGroup var place: SpoolPlace

    @Flag(help: "Print the answer as JSON.")
    var json = false

    /// Runs `body` with the commands of the spool that is meant.
    func run(needsBridge: Bool = false, _ body: (SpoolCommands) async throws -> Void) async throws {
        try await place.run(needsBridge: needsBridge, asJSON: json, body)
    }
}
