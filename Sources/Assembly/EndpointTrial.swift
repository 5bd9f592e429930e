package import Console
import Cryptography
import Delivery
import HTTPTransfer
import Mail
import Routing
import Settings
import Spool
import Webhook

/// `transom endpoints test`: posts one made-up message, signed like every other, and says what came back.
///
/// It takes the configuration and nothing else: no bridge need run, and the spool does not hear of it.
package enum EndpointTrial {
    /// The id of the request; no delivery has it.
    private static let id = "dlv_00000000000000000000000000_1"

    /// Posts to the endpoint `name` of `file`; ends with status 1 when that would be no delivery.
    package static func run(_ name: String, _ file: ConfigurationFile, terminal: Terminal) async throws {
        let settings = try file.settings(terminal)
        guard let endpoint = settings.endpoints.first(where: { $0.name == name }) else {
            let names = settings.endpoints.map(\.name).joined(separator: ", ")
            throw CommandError("there is no endpoint \(name); there are: \(names)", .failure)
        }
        let options = try EndpointOptions(endpoint, fallback: WebhookSecretFile.kept(in: settings.spool.path))
        guard !options.secrets.isEmpty else {
            throw CommandError(
                "there is no secret yet: `transom serve` makes one at its first start", .unavailable)
        }
        let now = WallClock.now()
        let result = await OneTransfer.run(
            try options.sample(
                message(now, settings.smtp.hostname), octets: octets(now, settings.smtp.hostname),
                id: id, now: now,
                userAgent: TransomVersion.userAgent))
        terminal.print("POST \(endpoint.url.shown)")
        try tell(result, options, now, terminal)
    }

    private static func tell(
        _ result: TransferResult, _ options: EndpointOptions, _ now: Timestamp, _ terminal: Terminal
    ) throws {
        let peer = result.remoteAddress.map { " by \($0)" } ?? ""
        switch result.outcome {
        case .response(let answer):
            terminal.print("\(answer.status) after \(result.phases.total.milliseconds) ms\(peer)")
            if !answer.bodyPrefix.isEmpty {
                terminal.print(printable(String(decoding: answer.bodyPrefix.prefix(500), as: UTF8.self)))
            }
        case .failed(let error):
            terminal.print("no answer\(peer): \(error)")
        }
        let judgement = AnswerPolicy(permanent: options.permanent).judge(result.outcome, now: now)
        guard judgement.fate == .delivered else {
            throw CommandError("\(options.name): a message would \(judgement.words)", .failure)
        }
        terminal.print("a message would be delivered")
    }

    private static func message(_ now: Timestamp, _ hostname: String) -> RenderRequest {
        let recipient = Recipient(
            address: "test@\(hostname)", local: "test", tag: nil, domain: hostname)
        let envelope = Envelope(
            mailFrom: "", recipients: [recipient], listener: "test", helo: "", remoteIP: nil)
        return RenderRequest(
            id: .zero, receivedAt: now, envelope: envelope,
            recipients: [RoutedRecipient(recipient: 0, route: "test", captures: [])], trace: [],
            receivedSHA256: MessageDigest.of(octets(now, hostname)))
    }

    private static func octets(_ now: Timestamp, _ hostname: String) -> [UInt8] {
        let lines = [
            "From: Transom <postmaster@\(hostname)>", "Subject: A test of this endpoint",
            "Date: \(now.rfc5322)",
            "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "",
            "If your application can read this, mail arrives.", "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }
}

extension Judgement {
    /// What would happen to a message, after "would".
    fileprivate var words: String {
        switch (fate, order) {
        case (.delivered, _): "be delivered"
        case (_, .disable): "wait, and the endpoint would be disabled"
        case (_, .pause): "wait, and the endpoint would get nothing for a while"
        case (.retry, _), (.giveBack, _): "be tried again"
        case (.dead, _): "be dead"
        }
    }
}
