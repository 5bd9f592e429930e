import Console
import Foundation

/// What `transom dev` prints of a message: the payload a webhook got, in a few lines.
enum DevInbox {
    /// Prints the payload in `body`.
    static func show(_ body: [UInt8], terminal: Terminal) {
        guard let payload = try? JSONDecoder().decode(Payload.self, from: Data(body)) else { return }
        let message = payload.data
        terminal.print(terminal.coloured("── \(message.id)", .green))
        terminal.print("   from     \(line(message.from.map(\.text).joined(separator: ", ")))")
        terminal.print(
            "   to       \(line(message.envelope.recipients.map(\.address).joined(separator: ", ")))")
        terminal.print("   subject  \(line(message.subject ?? "(none)"))")
        for attachment in message.attachments {
            terminal.print(
                "   file     \(line(attachment.filename)) (\(attachment.contentType), \(attachment.size) octets)"
            )
        }
        for text in (message.text ?? "").split(separator: "\n").prefix(8) {
            terminal.print("   │ \(line(String(text.prefix(100))))")
        }
    }

    /// Text of a stranger for the terminal: no control characters.
    private static func line(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }))
    }

    /// The members of the payload that are shown.
    private struct Payload: Decodable {
        let data: Message

        struct Message: Decodable {
            let id: String
            let envelope: Envelope
            let subject: String?
            let from: [Mailbox]
            let text: String?
            let attachments: [Attachment]
        }

        struct Envelope: Decodable {
            let recipients: [Recipient]
        }

        struct Recipient: Decodable {
            let address: String
        }

        struct Mailbox: Decodable {
            let name: String?
            let address: String?

            var text: String {
                name.map { "\($0) <\(address ?? "")>" } ?? address ?? ""
            }
        }

        struct Attachment: Decodable {
            let filename: String
            let contentType: String
            let size: Int

            enum CodingKeys: String, CodingKey {
                case filename, size
                case contentType = "content_type"
            }
        }
    }
}
