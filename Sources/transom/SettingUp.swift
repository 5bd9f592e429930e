import ArgumentParser
import Assembly
import Console

/// `transom init`.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a configuration and a signing secret, and print the DNS records to add.")

    @Argument(help: "The domain that receives mail.")
    var domain: String

    @Argument(help: "The URL of the web application.")
    var url: String

    @Option(help: "This machine's name in the DNS; by default mx.DOMAIN.")
    var hostname: String?

    @Option(help: "The file to write; the secret goes beside it.")
    var config = "transom.yaml"

    func run() throws {
        try NewConfiguration(domain: domain, url: url, hostname: hostname, path: config)
            .write(terminal: Terminal())
    }
}

/// `transom doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at DNS, certificates, clock, disk, listeners and endpoints, and say what to change.")

    @Option(help: "The configuration.")
    var config: String?

    func run() async throws {
        try await Doctor(ConfigurationFile(config), terminal: Terminal()).run()
    }
}
