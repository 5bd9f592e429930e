import Admin
package import Console
import Foundation
import HTTPTransfer
import Logging
import SMTPServer
import Settings
import Webhook

/// `transom dev`: a throw-away bridge on loopback that takes mail for every recipient and shows what happens.
package enum Dev {
    /// Runs until interrupted; what is received goes to the terminal, and to `url` where one is given.
    package static func run(
        forward url: String?, secret: String?, smtpPort: Int, webPort: Int, terminal: Terminal
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("transom-dev-\(getpid())")
        defer { try? FileManager.default.removeItem(at: folder) }
        let secret = secret ?? WebhookSecret.generate().text
        try check(url, secret)
        let file = ConfigurationFile(
            flags: flags(
                forward: url, secret: secret, smtpPort: smtpPort, webPort: webPort, spool: folder.path))
        let settings = try file.settings(terminal)
        do {
            let bridge = try await Bridge(
                settings, logger: Logger.transom(settings.log),
                inbox: { DevInbox.show($0, terminal: terminal) }
            ) { file.load() }
            greet(forward: url, secret: secret, smtpPort: smtpPort, spool: folder.path, terminal: terminal)
            try await bridge.run()
        } catch {
            throw failure(error)
        }
    }

    /// Ports are what is taken most often, and here they have options of their own.
    private static func failure(_ error: any Error) -> CommandError {
        let failure = CommandError(starting: error)
        guard error is ListenerError || error is AdminListenerError else { return failure }
        return CommandError(failure.message + "\n  other ports: --smtp-port N --web-port N", failure.status)
    }

    /// Options of ours are named as such; in the configuration they would be called otherwise.
    private static func check(_ url: String?, _ secret: String) throws {
        if let url, (try? WebURL(url)) == nil {
            throw CommandError(
                "--forward \(url): this is no absolute URL such as http://127.0.0.1:8080/", .usage)
        }
        do {
            _ = try WebhookSecret(secret)
        } catch {
            throw CommandError("--secret: \(error)", .usage)
        }
    }

    /// The configuration: two endpoints, our own inbox and the one to forward to, and one route for everybody.
    private static func flags(
        forward url: String?, secret: String, smtpPort: Int, webPort: Int, spool: String
    ) -> [String: String] {
        let retry = "retry: { schedule: [1s, 2s, 5s, 10s, 30s] }, allow_private: true"
        var endpoints = "inbox: { url: \"http://127.0.0.1:\(webPort)/inbox\", secret: \(secret), \(retry) }"
        var names = "inbox"
        if let url {
            endpoints += ", forward: { url: \"\(url)\", secret: \(secret), raw: none, \(retry) }"
            names += ", forward"
        }
        return [
            "smtp.hostname": "localhost",
            "smtp.listeners": "[{ name: dev, address: \"127.0.0.1:\(smtpPort)\", mode: mx }]",
            "smtp.limits": "{ connections_per_address: 1000, connection_rate_per_address: off }",
            "spool.path": spool, "spool.min_free": "0", "admin.address": "\"127.0.0.1:\(webPort)\"",
            "log.format": "text",
            "endpoints": "{ \(endpoints) }",
            "routes": "[{ name: everybody, match: { recipient: \"*@*\" }, deliver: [\(names)] }]",
        ]
    }

    private static func greet(
        forward url: String?, secret: String, smtpPort: Int, spool: String, terminal: Terminal
    ) {
        let server = smtpPort == 1025 ? "" : " --server 127.0.0.1:\(smtpPort)"
        terminal.print("Send mail, for any recipient:  transom send --to you@example.com\(server)")
        if let url { terminal.print("Each message is posted to \(url), signed with \(secret)") }
        terminal.print("Look closer:  transom messages list --spool \(spool)")
        terminal.print("Stop with Ctrl-C; nothing is kept.\n")
    }
}
