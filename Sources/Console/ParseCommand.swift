import MIME
package import Mail
import Routing
import Webhook

/// `transom parse`: prints what a webhook would get for the message on standard input.
///
/// It never fails on a message.
package struct ParseCommand: Sendable {
    private var request: ParseRequest

    /// The formats there are, by name.
    package static var formats: [String] { PayloadFormat.allCases.map(\.rawValue) }

    /// A parse with these arguments; `format` is one of `formats`.
    package init(
        mailFrom: String?, recipients: [String], remoteIP: String?, helo: String?, now: Timestamp,
        format: String,
        includesRaw: Bool
    ) throws {
        guard let format = PayloadFormat(rawValue: format) else {
            throw CommandError("--format is one of: \(Self.formats.joined(separator: ", "))", .usage)
        }
        let peer = try remoteIP.map { text in
            guard let address = IPAddress(text) else {
                throw CommandError("--remote-ip \(text): not an address", .usage)
            }
            return "\(address)"
        }
        let table = RoutingTable(rules: [], subaddress: "+")
        request = ParseRequest(
            mailFrom: mailFrom,
            recipients: try recipients.map {
                table.accepted(try EmailAddress(argument: $0, of: "--rcpt"))
            },
            remoteIP: peer, helo: helo ?? "", now: now, format: format, raw: includesRaw ? .inline : .none
        )
    }

    /// Prints the request's body.
    package func run(terminal: Terminal) throws {
        let payload = try PayloadRenderer().render(request, source: try MessageInput.standardInput())
        switch payload.body {
        case .memory(let octets): terminal.write(octets)
        case .stream(let stream):
            var buffer = [UInt8](repeating: 0, count: 1 << 18)
            while true {
                let count = try unsafe buffer.withUnsafeMutableBytes { unsafe try stream.next(into: $0) }
                guard count > 0 else { break }
                terminal.write(buffer.count == count ? buffer : Array(buffer[..<count]))
            }
        }
        if request.format == .transom { terminal.print() }
    }

    /// Prints the tree of parts, in the form other parsers are compared in.
    package static func printTree(terminal: Terminal) throws {
        let message = try MessageParser().parse(try MessageInput.standardInput())
        var document = TreeDocument(message)
        terminal.write(try document.json())
        terminal.print()
    }
}
