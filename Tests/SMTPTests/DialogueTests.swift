import SMTP
import SMTPTestSupport
import Testing

/// Every file of `Tests/Dialogues` against a session without any input or output; `SMTPServerTests` runs them again
/// over loopback.
@Suite struct DialogueTests {
    @Test(arguments: Dialogue.all()) func `a dialogue goes as written`(_ dialogue: Dialogue) throws {
        try run(dialogue) { [$0] }
    }

    @Test(arguments: Dialogue.all().filter { $0.settings["whole"] == nil })
    func `a dialogue does not depend on how octets arrive`(_ dialogue: Dialogue) throws {
        try run(dialogue) { $0.map { [$0] } }
    }

    private func run(_ dialogue: Dialogue, cut: ([UInt8]) -> [[UInt8]]) throws {
        let driver = SessionDriver(dialogue.settings)
        var last: [String] = []
        for (line, step) in dialogue.steps {
            let place = "\(dialogue.name).smtp:\(line)"
            switch step {
            case .send(let octets): cut(octets).forEach(driver.receive)
            case .reply(let prefix):
                let reply = try #require(driver.takeReply(), "\(place): no reply")
                last = String(decoding: reply.octets, as: UTF8.self).split(separator: "\r\n").map(String.init)
                #expect(last.contains { $0.hasPrefix(prefix) }, "\(place): \(last)")
            case .also(let prefix): #expect(last.contains { $0.hasPrefix(prefix) }, "\(place): \(last)")
            case .never(let prefix): #expect(!last.contains { $0.hasPrefix(prefix) }, "\(place): \(last)")
            case .close:
                #expect(driver.isClosed, "\(place)")
                #expect(driver.takeReply() == nil, "\(place)")
            case .message(let octets): #expect(driver.receiver.messages.last?.octets == octets, "\(place)")
            case .count(let count): #expect(driver.receiver.messages.count == count, "\(place)")
            }
        }
        #expect(driver.takeReply() == nil, "\(dialogue.name): a reply too many")
    }
}
