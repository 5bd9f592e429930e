import ArgumentParser
import Assembly
import Console
import Settings

/// `transom users`.
struct Users: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Manage those who may submit mail.", subcommands: [Add.self, Remove.self, List.self])

    /// Which file.
    struct File: ParsableArguments {
        @Option(help: "The users file; by default auth.users of the configuration.")
        var file: String?

        @Option(help: "The configuration.")
        var config: String?

        /// The commands on it.
        func commands() throws -> UserCommands {
            let terminal = Terminal()
            guard let path = try file ?? ConfigurationFile(config).settings(terminal).auth.users else {
                throw CommandError(
                    "the configuration names no users file (auth.users); name one with --file", .usage)
            }
            return UserCommands(file: path, terminal: terminal)
        }
    }

    /// `transom users add`.
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add a user, or give one another password.")

        @OptionGroup var file: File

        @Argument(help: "The user.")
        var name: String

        @Flag(help: "Keep the password itself, which CRAM-MD5 needs.")
        var plaintext = false

        @Option(
            help: ArgumentHelp("Read the password from this file; - is standard input.", valueName: "file"))
        var passwordFile: String?

        func run() throws {
            try file.commands().add(name, passwordFile: passwordFile, keepsPlaintext: plaintext)
        }
    }

    /// `transom users remove`.
    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a user.")

        @OptionGroup var file: File

        @Argument(help: "The user.")
        var name: String

        func run() throws {
            try file.commands().remove(name)
        }
    }

    /// `transom users list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List users and how their passwords are kept.")

        @OptionGroup var file: File

        @Flag(help: "Print it as JSON.")
        var json = false

        func run() throws {
            try file.commands().list(asJSON: json)
        }
    }
}
