import Foundation
package import Mail
import SMTP

/// `transom send`: sends a test message by SMTP and shows the dialogue.
package struct SendCommand: Sendable {
    /// The recipients.
    package var recipients: [String]
    /// The sender; empty for the null sender.
    package var sender: String
    /// The subject of a made message.
    package var subject: String
    /// The text of a made message.
    package var text: String
    /// Files to attach to a made message.
    package var attachments: [String]
    /// A message to send as it is, instead of a made one.
    package var message: String?
    /// `HOST:PORT`; `nil`: `127.0.0.1:1025`, then `127.0.0.1:25`.
    package var server: String?
    /// The date of a made message.
    package var now: Timestamp

    /// A message to `recipients`.
    package init(
        recipients: [String], sender: String, subject: String, text: String, attachments: [String],
        message: String?,
        server: String?, now: Timestamp
    ) {
        self.recipients = recipients
        self.sender = sender
        self.subject = subject
        self.text = text
        self.attachments = attachments
        self.message = message
        self.server = server
        self.now = now
    }

    /// Sends it.
    ///
    /// Ends with status 75 after a 4yz and 1 after a 5yz.
    package func run(terminal: Terminal) throws {
        let octets = try message.map(read) ?? made()
        var conversation = try open(terminal)
        try expect(try conversation.hear(), 220)
        let hello = try conversation.say("EHLO \(ProcessInfo.processInfo.hostName)")
        try expect(hello, 250)
        let needsEightBit =
            octets.contains { $0 >= 0x80 } && hello.lines.contains { $0.hasSuffix("8BITMIME") }
        try expect(
            try conversation.say("MAIL FROM:<\(sender)>" + (needsEightBit ? " BODY=8BITMIME" : "")), 250)
        for recipient in recipients { try expect(try conversation.say("RCPT TO:<\(recipient)>"), 250) }
        try expect(try conversation.say("DATA"), 354)
        let outcome = try conversation.send(octets)
        try expect(outcome, 250)
        _ = try? conversation.say("QUIT")
        terminal.print(outcome.lines.last.map(printable) ?? "")
    }

    private func open(_ terminal: Terminal) throws -> SMTPConversation {
        let candidates = server.map { [$0] } ?? ["127.0.0.1:1025", "127.0.0.1:25"]
        var problems: [String] = []
        for candidate in candidates {
            guard let colon = candidate.lastIndex(of: ":") else {
                throw CommandError("--server is HOST:PORT, for example 127.0.0.1:1025", .usage)
            }
            let host = candidate[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
            let port = String(candidate[candidate.index(after: colon)...])
            do throws(SMTPConversation.ConnectionError) {
                return try SMTPConversation(host: host, port: port, onLine: terminal.note)
            } catch {
                problems.append("\(candidate) (\(error))")
            }
        }
        throw CommandError(
            "nobody listens on \(problems.joined(separator: " or ")); start 'transom dev', or name a --server",
            .unavailable)
    }

    private func expect(_ reply: ServerReply, _ code: Int) throws {
        guard reply.code == code else {
            throw CommandError(
                "the server refused: \(reply.lines.map(printable).joined(separator: " "))", reply.failure)
        }
    }

    private func read(_ path: String) throws -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw CommandError("cannot read \(path): \(error.localizedDescription)", .inputOutput)
        }
    }

    private func made() throws -> [UInt8] {
        let boundary = "transom-\(now.milliseconds)"
        var lines = [
            "Date: \(now.rfc5322)", "From: <\(sender)>",
            "To: \(recipients.map { "<\($0)>" }.joined(separator: ", "))",
            "Subject: \(encoded(subject))", "Message-ID: <\(now.milliseconds).\(getpid())@transom.test>",
            "MIME-Version: 1.0",
        ]
        guard !attachments.isEmpty else {
            lines += [
                "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", text, "",
            ]
            return Array(lines.joined(separator: "\r\n").utf8)
        }
        lines += [
            "Content-Type: multipart/mixed; boundary=\"\(boundary)\"", "", "--\(boundary)",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", text,
        ]
        for path in attachments { lines += ["--\(boundary)"] + (try attachment(path)) }
        return Array((lines + ["--\(boundary)--", ""]).joined(separator: "\r\n").utf8)
    }

    private func attachment(_ path: String) throws -> [String] {
        let body = Data(try read(path)).base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
        let name = URL(fileURLWithPath: path).lastPathComponent
        let safe =
            name.addingPercentEncoding(
                withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-._"))) ?? "file"
        return [
            "Content-Type: application/octet-stream", "Content-Transfer-Encoding: base64",
            "Content-Disposition: attachment; filename*=UTF-8''\(safe)", "", body,
        ]
    }

    /// RFC 2047, where the text is not plain ASCII.
    private func encoded(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 > 0x7E }) else { return text }
        return "=?UTF-8?B?\(Data(text.utf8).base64EncodedString())?="
    }
}
