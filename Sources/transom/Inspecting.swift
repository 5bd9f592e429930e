import ArgumentParser
import Assembly
import Console

/// `transom messages`.
struct Messages: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at the messages in the spool.",
        subcommands: [List.self, Show.self, Raw.self, Export.self], defaultSubcommand: List.self)

    /// `transom messages list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List messages, newest first.",
            discussion:
                "--from and --to compare parts of the envelope's addresses whatever the case of their ASCII letters. One search looks at 20000 messages and says where it ended."
        )

        @OptionGroup var options: SpoolOptions

        @Option(
            help: ArgumentHelp("Only those from addresses with this part; <> for bounces.", valueName: "part")
        )
        var from: String?

        @Option(
            help: ArgumentHelp("Only those with a recipient whose address has this part.", valueName: "part"))
        var to: String?

        @Option(help: "How many, at most 1000.")
        var limit = 50

        @Option(help: ArgumentHelp("Only those before this message.", valueName: "id"))
        var before: String?

        func run() async throws {
            try await options.run { commands in
                try await commands.listMessages([
                    "limit": "\(limit)", "before": before, "from": from, "to": to,
                ])
            }
        }
    }

    /// `transom messages show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show all that is known of a message.")

        @OptionGroup var options: SpoolOptions

        @Argument(help: "The message.")
        var id: String

        @Flag(help: "Print the SMTP dialogue instead.")
        var session = false

        func run() async throws {
            try await options.run { commands in
                if session {
                    try await commands.printOctets(of: id, "session")
                } else {
                    try await commands.showMessage(id)
                }
            }
        }
    }

    /// `transom messages raw`.
    struct Raw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a message as it was received, trace fields in front.")

        @OptionGroup var options: SpoolPlace

        @Argument(help: "The message.")
        var id: String

        func run() async throws {
            try await options.run { try await $0.printOctets(of: id, "raw") }
        }
    }

    /// `transom messages export`.
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Write messages into files, one .eml each.")

        @OptionGroup var options: SpoolPlace

        @Argument(help: "The messages.")
        var ids: [String]

        @Option(help: "The folder.")
        var into = "."

        func run() async throws {
            try await options.run { try await $0.export(ids, into: into) }
        }
    }
}

/// `transom deliveries`.
struct Deliveries: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at deliveries and their attempts.", subcommands: [List.self, Show.self],
        defaultSubcommand: List.self)

    /// `transom deliveries list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List deliveries, newest first.")

        @OptionGroup var options: SpoolOptions

        @Option(
            help:
                "Only those that are ready, held (ready, but their endpoint is), claimed, delivered or dead.")
        var state: String?

        @Option(
            help: "Only those of messages received since then: RFC 3339, Unix seconds, or a span such as 2h.")
        var since: String?

        @Option(help: "Only those to this endpoint.")
        var endpoint: String?

        @Option(help: "Only those of this message.")
        var message: String?

        @Option(help: "How many, at most 1000.")
        var limit = 50

        @Option(help: ArgumentHelp("Only those before this delivery.", valueName: "id"))
        var before: String?

        func run() async throws {
            let since = try since.map { try past($0, of: "--since") }
            try await options.run { commands in
                try await commands.listDeliveries(
                    [
                        "state": state, "endpoint": endpoint, "message": message, "limit": "\(limit)",
                        "before": before,
                    ], since: since)
            }
        }
    }

    /// `transom deliveries show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a delivery and each of its attempts.")

        @OptionGroup var options: SpoolOptions

        @Argument(help: "The delivery.")
        var id: String

        func run() async throws {
            try await options.run { try await $0.showDelivery(id) }
        }
    }
}

/// `transom replay`.
struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send deliveries again, whatever became of them.")

    @OptionGroup var options: SpoolOptions

    @Argument(help: "Deliveries, or messages all of whose deliveries are meant.")
    var ids: [String] = []

    @Flag(help: "Every dead delivery.")
    var dead = false

    @Option(
        help: "Every delivery of messages received since then: RFC 3339, Unix seconds, or a span such as 2h.")
    var since: String?

    @Option(help: "Only deliveries to this endpoint; with ids: to this endpoint instead.")
    var endpoint: String?

    @Option(help: ArgumentHelp("To this URL instead, under a new id.", valueName: "url"))
    var to: String?

    @Flag(help: "Under a new webhook id, so that the receiver does not take it for a duplicate.")
    var newID = false

    @Option(help: ArgumentHelp("At most so many a second.", valueName: "n/s"))
    var rate: String?

    @Flag(help: "Only print what would be sent.")
    var dryRun = false

    func run() async throws {
        let command = ReplayCommand(
            ids: ids, allDead: dead, since: try since.map { try past($0, of: "--since") }, endpoint: endpoint,
            url: to, newID: newID, rate: try rate.map(perSecond), isDryRun: dryRun)
        try await options.run { try await command.run($0) }
    }

    /// Rates whose waits can be told: `inf` and `1e-300` are numbers too.
    private static let rates = 0.001...1_000_000

    private func perSecond(_ text: String) throws -> Double {
        guard let rate = Double(text.hasSuffix("/s") ? String(text.dropLast(2)) : text),
            Self.rates.contains(rate)
        else {
            throw CommandError("--rate is a number a second from 0.001 to 1000000, for example 20/s", .usage)
        }
        return rate
    }
}

/// `transom endpoints`.
struct Endpoints: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at endpoints, hold them and let them go on.",
        subcommands: [List.self, Test.self, Pause.self, Resume.self, RotateSecret.self],
        defaultSubcommand: List.self)

    /// `transom endpoints list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List endpoints and how they do.")

        @OptionGroup var options: SpoolOptions

        func run() async throws {
            try await options.run { try await $0.listEndpoints() }
        }
    }

    /// `transom endpoints test`.
    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Post a made-up message to an endpoint and show what it answers.",
            discussion:
                "It takes the configuration alone; the running bridge and its spool do not hear of it.")

        @Argument(help: "The endpoint.")
        var name: String

        @Option(help: "The configuration.")
        var config: String?

        func run() async throws {
            try await EndpointTrial.run(name, ConfigurationFile(config), terminal: Terminal())
        }
    }

    /// `transom endpoints pause`.
    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send nothing to an endpoint until it is resumed.")

        @OptionGroup var endpoint: Endpoint

        func run() async throws { try await endpoint.change("pause") }
    }

    /// `transom endpoints resume`.
    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Go on with a paused or disabled endpoint.")

        @OptionGroup var endpoint: Endpoint

        func run() async throws { try await endpoint.change("resume") }
    }

    /// Which endpoint of which spool.
    struct Endpoint: ParsableArguments {
        @OptionGroup var options: SpoolOptions

        @Argument(help: "The endpoint.")
        var name: String

        /// Pauses or resumes it.
        func change(_ action: String) async throws {
            try await options.run { try await $0.change(endpoint: name, action) }
        }
    }
}

extension Endpoints {
    /// `transom endpoints rotate-secret`.
    struct RotateSecret: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the next key of an endpoint and say how it takes the place of the present one.")

        @Argument(help: "The endpoint.")
        var name: String

        @Option(help: "The configuration.")
        var config: String?

        func run() throws {
            try SecretRotation.run(name, ConfigurationFile(config), terminal: Terminal())
        }
    }
}

/// `transom spool`.
struct SpoolGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spool", abstract: "Count and check what the spool holds.",
        subcommands: [Stats.self, Fsck.self])

    /// `transom spool stats`.
    struct Stats: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Count messages, deliveries and space.")

        @OptionGroup var options: SpoolOptions

        func run() async throws {
            try await options.run { try await $0.statistics() }
        }
    }

    /// `transom spool fsck`.
    struct Fsck: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Look for damage; changes nothing.")

        @OptionGroup var options: SpoolOptions

        @Flag(help: "Also compare every message with its digest.")
        var bodies = false

        func run() async throws {
            try await options.run { try await $0.check(readingBodies: bodies) }
        }
    }
}
