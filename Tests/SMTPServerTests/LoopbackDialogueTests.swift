import Mail
import SMTP
import SMTPServer
import SMTPTestSupport
import Testing

/// The dialogues that need no TLS, over loopback.
@Suite struct LoopbackDialogueTests {
    @Test(arguments: Dialogue.all().filter { $0.settings["tls"] == nil })
    func `a dialogue goes over loopback as written`(_ dialogue: Dialogue) async throws {
        let receiver = ScriptedReceiver()
        try await withServer(receiver, { $0.take(dialogue.settings) }) { port in
            let client = try await Client(port: port)
            for (line, step) in dialogue.steps {
                let place = Comment(rawValue: "\(dialogue.name).smtp:\(line)")
                switch step {
                case .send(let octets): await client.send(octets)
                case .reply(let prefix):
                    let lines = try await client.reply()
                    #expect(lines.contains { $0.hasPrefix(prefix) }, place)
                case .close:
                    let lines = try await client.reply()
                    #expect(lines.isEmpty, place)
                case .message(let octets): #expect(receiver.messages.last?.octets == octets, place)
                case .count(let count): #expect(receiver.messages.count == count, place)
                case .also, .never: break
                }
            }
        }
    }
}

extension SMTPServerOptions {
    /// The options that a dialogue's settings ask for.
    mutating func take(_ settings: [String: String]) {
        if let size = settings["message_size"].flatMap({ Int($0) }) { limits.messageSize = ByteCount(size) }
        if let count = settings["recipients"].flatMap({ Int($0) }) { limits.recipients = count }
        if let count = settings["errors"].flatMap({ Int($0) }) { limits.errors = count }
        if let count = settings["refused_recipients"].flatMap({ Int($0) }) {
            limits.refusedRecipients = count
        }
        rejectsBareNewlines = settings["bare_newlines"] == "reject"
        let everybody = [IPNetwork("127.0.0.0/8")].compactMap(\.self)
        if let mode = settings["mode"].flatMap(ListenerMode.init(rawValue:)) { listeners[0].mode = mode }
        if settings["proxy"] != nil { listeners[0].proxyFrom = everybody }
        if settings["xclient"] != nil { listeners[0].xclientFrom = everybody }
    }
}
