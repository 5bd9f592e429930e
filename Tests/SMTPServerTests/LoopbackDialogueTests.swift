import Mail
import SMTP
import SMTPServer
import SMTPTestSupport
import Testing

/// The dialogues over loopback, without TLS and inside it.
///
/// Those with AUTH are left to `SASLTests` and the tests from outside: each failure is answered a second late.
@Suite struct LoopbackDialogueTests {
    @Test(arguments: Dialogue.all().filter { $0.settings["tls"] == nil })
    func `a dialogue goes over loopback as written`(_ dialogue: Dialogue) async throws {
        let receiver = ScriptedReceiver()
        try await withServer(receiver, { $0.take(dialogue.settings) }) { port in
            try await play(dialogue, with: Client(port: port), receiver)
        }
    }

    @Test(arguments: Dialogue.all().filter { $0.settings["tls"] != nil && $0.settings["mode"] == nil })
    func `a dialogue with STARTTLS goes over loopback as written`(_ dialogue: Dialogue) async throws {
        let receiver = ScriptedReceiver()
        try await withServer(receiver, { $0.take(dialogue.settings) }, tls: .selfSigned()) { port in
            try await play(dialogue, with: Client(port: port), receiver)
        }
    }

    @Test(
        arguments: Dialogue.all().filter {
            $0.settings["tls"] == nil && $0.settings["proxy"] == nil && $0.settings["plaintext"] == nil
        })
    func `a dialogue goes inside TLS as it goes outside`(_ dialogue: Dialogue) async throws {
        let receiver = ScriptedReceiver()
        try await withServer(receiver, { $0.take(dialogue.settings) }, tls: .selfSigned()) { port in
            let client = try await Client(port: port)
            #expect(try await client.code() == 220)
            await client.say(dialogue.settings["mode"] == "lmtp" ? "LHLO c" : "EHLO c")
            #expect(try await client.code() == 250)
            await client.say("STARTTLS")
            // Stands for the greeting, with which each dialogue begins.
            try await play(dialogue, with: client, receiver, beginsInTLS: true)
        }
    }

    private func play(
        _ dialogue: Dialogue, with client: Client, _ receiver: ScriptedReceiver, beginsInTLS: Bool = false
    ) async throws {
        var hasAskedForTLS = beginsInTLS
        for (line, step) in dialogue.steps {
            let place = Comment(rawValue: "\(dialogue.name).smtp:\(line)")
            switch step {
            case .send(let octets):
                hasAskedForTLS = octets.starts(with: Array("STARTTLS\r\n".utf8))
                await client.send(octets)
            case .reply(let prefix):
                let lines = try await client.reply()
                // The reply to STARTTLS has another text than the greeting for which it may stand.
                let expected = hasAskedForTLS ? String(prefix.prefix(3)) : prefix
                #expect(lines.contains { $0.hasPrefix(expected) }, place)
                if hasAskedForTLS, expected == "220" { try await client.startTLS() }
            case .close:
                let lines = try await client.reply()
                #expect(lines.isEmpty, place)
            case .message(let octets): #expect(receiver.messages.last?.octets == octets, place)
            case .count(let count): #expect(receiver.messages.count == count, place)
            case .also, .never: break
            }
        }
        await client.close()
    }
}

extension SMTPServerOptions {
    /// The options that a dialogue's settings ask for.
    mutating func take(_ settings: [String: String]) {
        if let size = settings["message_size"].flatMap({ Int($0) }) { limits.messageSize = ByteCount(size) }
        if let size = settings["discarded"].flatMap({ Int($0) }) { limits.discarded = ByteCount(size) }
        if let count = settings["recipients"].flatMap({ Int($0) }) { limits.recipients = count }
        if let count = settings["errors"].flatMap({ Int($0) }) { limits.errors = count }
        if let count = settings["refused_recipients"].flatMap({ Int($0) }) {
            limits.refusedRecipients = count
        }
        if let count = settings["idle_commands"].flatMap({ Int($0) }) { limits.idleCommands = count }
        offersRequireTLS = settings["require_tls"] != nil
        rejectsBareNewlines = settings["bare_newlines"] == "reject"
        let everybody = [IPNetwork("127.0.0.0/8")].compactMap(\.self)
        if let mode = settings["mode"].flatMap(ListenerMode.init(rawValue:)) { listeners[0].mode = mode }
        if settings["proxy"] != nil { listeners[0].proxyFrom = everybody }
        if settings["xclient"] != nil { listeners[0].xclientFrom = everybody }
    }
}
