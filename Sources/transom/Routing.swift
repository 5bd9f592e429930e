import ArgumentParser
import Assembly
import Console
import Settings

/// `transom routes`.
struct Routes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask the configuration's routes.", subcommands: [Test.self])

    /// `transom routes test`.
    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say which route matches a recipient, and why the others do not.",
            discussion: """
                Without --eml it asks what is asked at RCPT: conditions on the message are open. Ends with status 1 \
                when the recipient is refused.
                """)

        @Argument(help: "The recipient.")
        var address: String

        @Option(help: ArgumentHelp("Decide by this message too.", valueName: "file"))
        var eml: String?

        @Option(help: ArgumentHelp("The sender; by default the null sender.", valueName: "address"))
        var mailFrom: String?

        @Option(help: "The peer's address.")
        var remoteIP: String?

        @Option(help: "The listener; by default the first one.")
        var listener: String?

        @Option(help: "The authenticated user.")
        var user: String?

        @Option(help: "The size declared with SIZE=, in octets.")
        var size: Int?

        @Option(help: "The configuration.")
        var config: String?

        @Flag(help: "Print the answer as JSON.")
        var json = false

        func run() throws {
            let terminal = Terminal()
            let settings = try ConfigurationFile(config).settings(terminal)
            try RoutesCommand(
                recipient: address, mailFrom: mailFrom, remoteIP: remoteIP,
                listener: listener ?? settings.smtp.listeners.first?.name ?? "", user: user, size: size,
                message: eml
            ).run(settings.routingTable, terminal: terminal, asJSON: json)
        }
    }
}
