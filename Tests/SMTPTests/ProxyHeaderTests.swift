import Mail
import SMTP
import Testing

@Suite struct ProxyHeaderTests {
    private static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10]
    private static let addresses4: [UInt8] = [192, 0, 2, 77, 192, 0, 2, 1, 0x9C, 0x40, 0, 25]
    private static let addresses6: [UInt8] =
        [0x20, 1, 0xD, 0xB8] + Array(repeating: 0, count: 11) + [0x77] + Array(repeating: 0, count: 16)
        + [0x9C, 0x40, 0, 25]
    private static let peer4 = Peer.host(.v4(0xC000_024D), port: 40_000)
    private static let peer6 = Peer.host(.v6(high: 0x2001_0DB8_0000_0000, low: 0x77), port: 40_000)

    private static func binary(_ command: UInt8, _ family: UInt8, _ body: [UInt8]) -> [UInt8] {
        signature + [command, family, UInt8(body.count >> 8), UInt8(body.count & 255)] + body
    }

    static let good: [(header: [UInt8], source: Peer?)] = [
        (Array("PROXY TCP4 192.0.2.77 192.0.2.1 40000 25\r\n".utf8), peer4),
        (Array("PROXY TCP6 2001:db8::77 2001:db8::1 40000 25\r\n".utf8), peer6),
        (Array("PROXY TCP6 ::ffff:192.0.2.77 2001:db8::1 40000 25\r\n".utf8), peer4),
        (Array("PROXY UNKNOWN\r\n".utf8), nil),
        (Array("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n".utf8), nil),
        (binary(0x21, 0x11, addresses4), peer4),
        (binary(0x21, 0x21, addresses6), peer6),
        (binary(0x21, 0x11, addresses4 + [4, 0, 3, 97, 98, 99]), peer4),
        (binary(0x21, 0x11, addresses4 + [4, 0x13, 0x88] + Array(repeating: 97, count: 5000)), peer4),
        (binary(0x20, 0, []), nil),
        (binary(0x21, 0, [1, 2, 3]), nil),
        (binary(0x21, 0x31, Array(repeating: 47, count: 216)), nil),
    ]

    static let bad: [[UInt8]] = [
        Array("EHLO x.example\r\n".utf8),
        Array("PROXY TCP4 999.0.2.77 192.0.2.1 56324 25\r\n".utf8),
        Array("PROXY TCP4 192.0.2.77 192.0.2.1 99999 25\r\n".utf8),
        Array("PROXY TCP4 192.0.2.77\r\n".utf8),
        Array("PROXY TCP4 2001:db8::77 2001:db8::1 1 2\r\n".utf8),
        Array("PROXY TCP4 192.0.2.77 192.0.2.1 1 2 \r\n".utf8),
        Array("PROXY TCP4 192.0.2.77 192.0.2.1 1 2\n".utf8),
        Array("PROXY TCP4 192.0.2.77 192.0.2.1 040000 25\r\n".utf8),
        Array("PROXY TCP4 192.0.2.77 192.0.2.1 40000 025\r\n".utf8),
        Array("PROXY \(String(repeating: "x", count: 300))\r\n".utf8),
        binary(0x31, 0x11, addresses4), binary(0x22, 0x11, addresses4), binary(0x21, 0x11, [1, 2, 3]),
        binary(0x21, 0x21, addresses4), binary(0x21, 0x41, addresses4),
        binary(0x21, 0x31, Array(repeating: 47, count: 215)), binary(0x21, 0x12, [1, 2, 3]),
        signature + [0x21, 0x11, 0xFF, 0xFF],
        [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x58, 10, 0x21, 0x11, 0, 0],
    ]

    @Test(arguments: good) func `a header is read, and waited for while it is cut`(
        header: [UInt8], source: Peer?
    ) {
        let rest = Array("EHLO x\r\n".utf8)
        #expect(ProxyHeader.decode((header + rest).span) == .header(length: header.count, source: source))
        for cut in 0..<header.count { #expect(ProxyHeader.decode(Array(header[..<cut]).span) == .incomplete) }
    }

    @Test(arguments: bad) func `what is no header is refused`(octets: [UInt8]) {
        #expect(ProxyHeader.decode(octets.span) == .malformed)
    }
}
