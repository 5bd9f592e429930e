import Mail
import SMTP
import SMTPServer
import SMTPTestSupport
import Testing

@Suite struct NetworkLimitTests {
    @Test(arguments: [
        (["192.0.2.1", "192.0.2.2", "192.0.2.3"], [220, 220, 421]),
        (["192.0.2.1", "192.0.2.2", "192.0.3.3"], [220, 220, 220]),
        (["2001:db8::1", "2001:db8:0:1::1", "2001:db8:0:2::1"], [220, 220, 421]),
        (["2001:db8::1", "2001:db8:0:1::1", "2001:db8:1::1"], [220, 220, 220]),
        (["10.0.0.1", "10.0.0.2", "10.0.0.3"], [220, 220, 220]),
    ])
    func `a network has so many connections, and trusted ones as many as they like`(
        _ addresses: [String], _ codes: [Int]
    ) async throws {
        try await withServer(
            ScriptedReceiver(),
            {
                $0.limits.connectionsPerNetwork = 2
                $0.listeners[0].proxyFrom = [IPNetwork("127.0.0.0/8")].compactMap(\.self)
                $0.trustedNetworks = [IPNetwork("10.0.0.0/8")].compactMap(\.self)
            }
        ) { port in
            var clients: [Client] = []
            for (address, code) in zip(addresses, codes) {
                let client = try await Client(port: port)
                let (family, other) = address.contains(":") ? ("TCP6", "::1") : ("TCP4", "127.0.0.1")
                await client.say("PROXY \(family) \(address) \(other) 4000 25")
                #expect(try await client.code() == code)
                clients.append(client)
            }
            await clients[0].say("QUIT")
            #expect(try await clients[0].code() == 221)
            #expect(try await clients[0].reply().isEmpty)
        }
    }
}
