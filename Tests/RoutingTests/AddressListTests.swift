import Mail
import Routing
import Testing

@Suite struct AddressListTests {
    @Test func `a list takes exactly its lines`() throws {
        let file =
            "# customers\r\nAnn@Example.com\r\n\n  bob@b\u{FC}cher.example \n\"a b\"@example.com\nann@example.com\n"
        let list = try AddressList(file: Array(file.utf8))
        #expect(list.count == 3)
        for text in [
            "ann@EXAMPLE.com", "ANN@example.com", "bob@xn--bcher-kva.example", "\"a b\"@example.com",
        ] {
            #expect(list.contains(Short.address(text)), "\(text)")
        }
        for text in ["an@example.com", "nn@example.com", "ann@example.co", "ann@example.com.org", "x@y"] {
            #expect(!list.contains(Short.address(text)), "\(text)")
        }
        #expect(!list.contains(EmailAddress(local: "ann@example.com\nbob", domain: "b")))
    }

    @Test func `lines that are no addresses are told with their numbers`() {
        let bad = #expect(throws: AddressList.BadLines.self) {
            try AddressList(file: Array("ann\nok@c\na b@c\n".utf8))
        }
        #expect(bad?.lines.map(\.line) == [1, 3])
        #expect(bad?.lines.map(\.text) == ["ann", "a b@c"])
    }

    @Test func `very many addresses are all found`() throws {
        let file = (0..<20_000).map { "user\($0)@d\($0 % 7).example\n" }.joined()
        let list = try AddressList(file: Array(file.utf8))
        #expect(list.count == 20_000)
        for index in stride(from: 0, to: 20_000, by: 37) {
            #expect(list.contains(EmailAddress(local: "User\(index)", domain: "d\(index % 7).example")))
            #expect(
                !list.contains(EmailAddress(local: "user\(index)", domain: "d\((index + 1) % 7).example")))
        }
    }

    @Test func `two lists of the same addresses have the same fingerprint`() throws {
        let one = try AddressList(file: Array("a@b\nc@d\n".utf8))
        #expect(one.fingerprint == (try AddressList(file: Array("C@d\n\na@B\n".utf8))).fingerprint)
        #expect(one.fingerprint != (try AddressList(file: Array("a@b\n".utf8))).fingerprint)
    }
}
