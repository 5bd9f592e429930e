/// What an SMTP listener says to somebody who connects: for `transom doctor`.
package enum ListenerProbe {
    /// What was found.
    package enum Finding: Equatable, Sendable {
        /// Nobody accepts connections there.
        case silent
        /// Something listens that does not greet as a mail server does, in these words.
        case stranger(String)
        /// A mail server, which offers STARTTLS or not.
        case server(offersStartTLS: Bool)
    }

    /// Connects to `host` and `port` and says EHLO.
    package static func ask(_ host: String, port: Int) -> Finding {
        guard var conversation = try? SMTPConversation(host: host, port: String(port), onLine: { _ in })
        else {
            return .silent
        }
        do {
            _ = try conversation.hear()
            let hello = try conversation.say("EHLO doctor.transom.test")
            _ = try? conversation.say("QUIT")
            return .server(offersStartTLS: hello.lines.contains { $0.dropFirst(4) == "STARTTLS" })
        } catch {
            return .stranger((error as? CommandError)?.message ?? "\(error)")
        }
    }

    /// Whether somebody accepts connections at `host` and `port`.
    package static func answers(_ host: String, port: Int) -> Bool {
        (try? SMTPConversation(host: host, port: String(port), onLine: { _ in })) != nil
    }
}
