import HTTPTransfer
import Testing

@Suite struct AddressReachTests {
    @Test(arguments: [
        ("8.8.8.8", AddressReach.global), ("1.1.1.1", .global), ("172.32.0.1", .global),
        ("100.128.0.1", .global),
        ("127.0.0.1", .restricted), ("127.255.255.254", .restricted), ("10.1.2.3", .restricted),
        ("172.16.0.1", .restricted), ("172.31.255.255", .restricted), ("192.168.0.1", .restricted),
        ("100.64.0.1", .restricted), ("192.0.0.8", .restricted), ("192.0.2.1", .restricted),
        ("198.18.0.1", .restricted), ("198.19.255.255", .restricted), ("198.51.100.1", .restricted),
        ("203.0.113.1", .restricted), ("240.0.0.1", .restricted), ("192.88.99.1", .restricted),
        ("0.0.0.0", .forbidden), ("0.1.2.3", .forbidden), ("169.254.169.254", .forbidden),
        ("169.254.0.1", .forbidden), ("100.100.100.200", .forbidden), ("224.0.0.1", .forbidden),
        ("239.255.255.255", .forbidden), ("255.255.255.255", .forbidden),
        ("2606:4700::1111", .global), ("2a00:1450::1", .global),
        ("::1", .restricted), ("fc00::1", .restricted), ("fdff::1", .restricted),
        ("2001:db8::1", .restricted),
        ("2001:2::1", .restricted), ("3fff::1", .restricted), ("5f00::1", .restricted),
        ("100::1", .restricted),
        ("fec0::1", .restricted),
        ("::", .forbidden), ("fe80::1", .forbidden), ("febf::1", .forbidden), ("ff02::1", .forbidden),
        ("fd00:ec2::254", .forbidden),
        ("::ffff:8.8.8.8", .global), ("::ffff:127.0.0.1", .restricted),
        ("::ffff:169.254.169.254", .forbidden),
        ("::127.0.0.1", .restricted), ("::ffff:0:10.0.0.1", .restricted),
        ("::ffff:0:169.254.1.1", .forbidden),
        ("64:ff9b::8.8.8.8", .global), ("64:ff9b::10.0.0.1", .restricted),
        ("64:ff9b::169.254.169.254", .forbidden),
        ("64:ff9b:1::10.0.0.1", .restricted), ("64:ff9b:1:2:3:4:169.254.169.254", .forbidden),
        ("2002:808:808::1", .global), ("2002:7f00:1::1", .restricted), ("2002:a9fe:a9fe::1", .forbidden),
        ("2001:0:808:808:0:0:f5ff:fffe", .restricted), ("2001:0:a9fe:a9fe::", .forbidden),
        ("2606:4700::5efe:10.0.0.1", .restricted), ("2606:4700::200:5efe:169.254.169.254", .forbidden),
    ])
    func `an address reaches as far as its prefix or the address inside it`(text: String, reach: AddressReach)
        throws
    {
        let address = try #require(NumericAddress(text))
        #expect(address.reach == reach)
    }

    @Test(arguments: ["127.0.0.1", "2001:db8::1", "::ffff:1.2.3.4", "::"])
    func `an address is written as it was read`(text: String) throws {
        #expect(try #require(NumericAddress(text)).description == text)
    }

    @Test(arguments: ["", "localhost", "127.1", "[::1]", "fe80::1%eth0", "1.2.3.4.5"])
    func `what is no address is none`(text: String) {
        #expect(NumericAddress(text) == nil)
    }

    @Test(arguments: [
        ("http://localhost:3000/hook", true), ("http://LOCALHOST/", true), ("http://127.0.0.1/", true),
        ("http://127.1/", true), ("http://2130706433/", true), ("http://[::1]:80/", true),
        ("http://10.0.0.1/", true),
        ("http://app:8080/hook", true), ("http://[fd00::1]/", true),
        ("http://app.example.com/", false), ("http://8.8.8.8/", false), ("http://169.254.169.254/", false),
        ("http://0/", false), ("http://[fe80::1]/", false), ("nonsense", false),
    ])
    func `the operator's literal host counts as allowed`(url: String, isLiteral: Bool) {
        #expect(EgressPolicy.isNamedLiterally(in: url) == isLiteral)
    }
}
