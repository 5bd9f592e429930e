import ArgumentParser
import Console

/// `transom parse`.
struct ParseMessage: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse", abstract: "Print what a webhook would get for the message on standard input.")

    @Option(help: "The format of the request's body: \(ParseCommand.formats.joined(separator: ", ")).")
    var format = "transom"

    @Flag(help: "Print the tree of parts instead.")
    var tree = false

    @Option(help: ArgumentHelp("The sender; by default the Return-Path.", valueName: "address"))
    var mailFrom: String?

    @Option(help: ArgumentHelp("A recipient; may be repeated.", valueName: "address"))
    var rcpt: [String] = []

    @Option(help: "The peer's address.")
    var remoteIP: String?

    @Option(help: "What the peer called itself.")
    var helo: String?

    @Option(help: "The time of receipt: RFC 3339 or Unix seconds.")
    var now: String?

    @Flag(help: "Include the whole message, as raw: inline does.")
    var raw = false

    func run() throws {
        let terminal = Terminal()
        guard !tree else { return try ParseCommand.printTree(terminal: terminal) }
        try ParseCommand(
            mailFrom: mailFrom, recipients: rcpt, remoteIP: remoteIP, helo: helo, now: try instant(now),
            format: format,
            includesRaw: raw
        ).run(terminal: terminal)
    }
}

/// `transom send`.
struct Send: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send a test message by SMTP and show the dialogue.")

    @Option(help: ArgumentHelp("A recipient; may be repeated.", valueName: "address"))
    var to: [String]

    @Option(help: ArgumentHelp("The sender.", valueName: "address"))
    var from = "test@transom.test"

    @Option(help: "The subject.")
    var subject = "A test message"

    @Option(help: "The text.")
    var text = "If you can read this, mail arrives."

    @Option(help: ArgumentHelp("A file to attach; may be repeated.", valueName: "file"))
    var attach: [String] = []

    @Option(
        help: ArgumentHelp("Where to; by default 127.0.0.1:1025, then 127.0.0.1:25.", valueName: "host:port"))
    var server: String?

    @Option(help: ArgumentHelp("Send this message as it is.", valueName: "file"))
    var eml: String?

    @Option(help: "The date of the message: RFC 3339 or Unix seconds.")
    var now: String?

    func run() throws {
        try SendCommand(
            recipients: to, sender: from, subject: subject, text: text, attachments: attach, message: eml,
            server: server, now: try instant(now)
        ).run(terminal: Terminal())
    }
}

/// `transom verify`.
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the signature of the webhook whose body is on standard input.")

    @Option(help: "The endpoint's secret (whsec_…), or its public key (whpk_…).")
    var secret: String

    @Option(help: "The header webhook-id.")
    var id: String

    @Option(help: "The header webhook-timestamp.")
    var timestamp: String

    @Option(help: "The header webhook-signature.")
    var signature: String

    @Option(help: "How old or early the timestamp may be.")
    var tolerance = "5m"

    @Option(help: "The time it is checked at: RFC 3339 or Unix seconds.")
    var now: String?

    func run() throws {
        try VerifyCommand.run(
            secret: secret, id: id, timestamp: timestamp, signatures: signature,
            tolerance: try span(tolerance, of: "--tolerance"), now: try instant(now), terminal: Terminal())
    }
}
