import ArgumentParser
import Assembly
import Console

/// `transom serve`.
struct ServeCommand: AsyncParsableCommand, YoungCommand {
    static let configuration = CommandConfiguration(commandName: "serve", abstract: "Run the bridge.")

    @Option(
        help:
            "The configuration; by default transom.yaml, then /etc/transom/transom.yaml, then the environment."
    )
    var config: String?

    func begin() throws -> @Sendable () async throws -> Void {
        let serve = try Serve(ConfigurationFile(config), terminal: Terminal())
        return { try await serve.run() }
    }

    func run() async throws {
        try await begin()()
    }
}

/// `transom dev`.
struct DevCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev", abstract: "Run a throw-away bridge on this machine that shows what it receives.")

    @Option(help: ArgumentHelp("Also post each message to this URL.", valueName: "url"))
    var forward: String?

    @Option(help: "The secret that signs (whsec_…); by default a new one.")
    var secret: String?

    @Option(help: "The port of SMTP.")
    var smtpPort = 1025

    @Option(help: "The port of metrics, probes and the inbox.")
    var webPort = 8025

    func run() async throws {
        try await Dev.run(
            forward: forward, secret: secret, smtpPort: smtpPort, webPort: webPort, terminal: Terminal())
    }
}

/// `transom check`.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Validate the configuration; every error at once.")

    @Option(help: "The configuration.")
    var config: String?

    func run() throws {
        try ConfigurationFile(config).check(Terminal())
    }
}

/// `transom reload`.
struct Reload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let the running bridge read its configuration anew.")

    @OptionGroup var options: SpoolOptions

    func run() async throws {
        try await options.run(needsBridge: true) { try await $0.reload() }
    }
}

/// `transom healthcheck`.
struct Healthcheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask the running bridge whether it accepts mail.")

    @OptionGroup var options: SpoolOptions

    func run() async throws {
        try await options.run(needsBridge: true) { try await $0.healthcheck() }
    }
}

/// `transom config`.
struct ConfigGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Show the configuration and what may stand in one.",
        subcommands: [Print.self, Schema.self])

    /// `transom config print`.
    struct Print: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the configuration that would run, secrets hidden.")

        @Option(help: "The configuration.")
        var config: String?

        @Flag(help: "Only what was written somewhere, without the defaults.")
        var written = false

        func run() throws {
            try ConfigurationFile(config).print(onlyWritten: written, terminal: Terminal())
        }
    }

    /// `transom config schema`.
    struct Schema: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the JSON Schema of the configuration, for editors.")

        @Flag(help: "Print the reference page instead, as Markdown.")
        var markdown = false

        func run() throws {
            ConfigurationFile.printSchema(asMarkdown: markdown, terminal: Terminal())
        }
    }
}

/// `transom version`.
struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the version and those of the libraries.")

    @Flag(help: "Print it as JSON.")
    var json = false

    func run() throws {
        Terminal().print(json ? TransomVersion.json : TransomVersion.text)
    }
}
