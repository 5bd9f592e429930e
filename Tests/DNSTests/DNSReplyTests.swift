import DNS
import Testing

@Suite struct DNSReplyTests {
    /// An answer for `a.b` of type A with one record of class `kind`.
    private func reply(class kind: UInt8) -> [UInt8] {
        let header: [UInt8] = [0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]
        let question: [UInt8] = [1, 0x61, 1, 0x62, 0, 0, 1, 0, 1]
        let record: [UInt8] = [0xC0, 12, 0, 1, 0, kind, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]
        return header + question + record
    }

    @Test func `a record is what was asked for`() throws {
        let reply = try #require(DNSReply(reply(class: 1)))
        #expect(reply.meaning(for: reply.labels, .a).outcome == .records([.address([192, 0, 2, 1])]))
    }

    /// Found by the fuzzer `dns-reply`: there was an answer without a record in it.
    @Test func `a record of another class is no answer`() throws {
        let reply = try #require(DNSReply(reply(class: 3)))
        #expect(reply.meaning(for: reply.labels, .a).outcome == .noData)
    }
}
