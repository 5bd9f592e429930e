import Mail
import Testing

@Suite struct MessageIDTests {
    @Test func `the zero id has 26 zeros`() {
        #expect(MessageID.zero.description == "msg_00000000000000000000000000")
    }

    @Test(arguments: [0, 1, 1 << 15, 58_833_823_440_568_320, Int64.max]) func `key and id are one number`(
        key: Int64
    ) {
        for salt in [SpoolSalt(high: 0, low: 0), SpoolSalt(high: 1, low: .max), SpoolSalt(high: 3, low: 7)] {
            let id = MessageID(key: key, salt: salt)
            #expect(id.key == key)
            #expect(id.salt == salt)
            #expect(MessageID(id.description) == id)
            #expect(MessageID(id.ulid.lowercased()) == id)
        }
    }

    @Test func `ids of one spool rise with their keys`() {
        let salt = SpoolSalt(high: 1, low: 42)
        #expect(MessageID(key: 7, salt: salt) < MessageID(key: 8, salt: salt))
        #expect(MessageID(key: 7, salt: salt).ulid < MessageID(key: 8, salt: salt).ulid)
    }

    @Test(arguments: [
        "", "msg_", "msg_0", "msg_80000000000000000000000000", "msg_0000000000000000000000000U",
        "dlv_00000000000000000000000000", "msg_000000000000000000000000000", "0000000000000000000000000é",
    ])
    func `what is no id is refused`(text: String) {
        #expect(MessageID(text) == nil)
    }

    @Test func `a delivery's id names its message`() {
        let id = DeliveryID(message: .zero, number: 12)
        #expect(id.description == "dlv_00000000000000000000000000_12")
        #expect(DeliveryID(id.description) == id)
    }

    @Test(arguments: [
        "dlv_", "dlv__1", "dlv_00000000000000000000000000", "dlv_00000000000000000000000000_0",
        "dlv_00000000000000000000000000_-1", "msg_00000000000000000000000000_1",
        "dlv_00000000000000000000000000_x",
    ])
    func `what is no delivery's id is refused`(text: String) {
        #expect(DeliveryID(text) == nil)
    }
}
