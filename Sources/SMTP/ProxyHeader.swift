internal import Mail

/// The header by which a proxy says for whom it speaks: HAProxy's PROXY protocol, versions 1 and 2.
///
/// ```
/// version 1   "PROXY " ("TCP4" / "TCP6") SP source SP destination SP port SP port CRLF    at most 107 octets
///             "PROXY UNKNOWN" anything CRLF
/// version 2    0…11  0D 0A 0D 0A 00 0D 0A 51 55 49 54 0A
///             12     version 2 in the upper half; command 0 LOCAL, 1 PROXY
///             13     family (1 IPv4, 2 IPv6, 3 Unix, 0 unspecified) and transport (1 stream)
///             14…15  length of all that follows: addresses, ports, TLVs
/// ```
package enum ProxyHeader {
    /// Longest header of version 1 with its CRLF.
    static let longestText = 107
    /// Longest address and TLV part of version 2 that is waited for: the client's certificate may be in it.
    static let longestBinary = 16 << 10

    /// What the octets hold at their front.
    package enum Decoded: Equatable, Sendable {
        /// The beginning of what may become a header.
        case incomplete
        /// Not a header, and never one.
        case malformed
        /// A header of `length` octets. `source` is `nil` for a connection of the proxy's own or of unknown origin.
        case header(length: Int, source: Peer?)
    }

    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]
    private static let text = Array("PROXY ".utf8)
    /// What the addresses of each family take in version 2: unspecified, IPv4, IPv6, Unix.
    private static let addressLengths = [0, 12, 36, 216]

    /// Decodes the header at the front of `input`.
    package static func decode(_ input: Span<UInt8>) -> Decoded {
        if begins(input, with: text) { return decodeText(input) }
        if begins(input, with: signature) { return decodeBinary(input) }
        return .malformed
    }

    /// Whether `input` begins with `prefix`, or is the beginning of it.
    private static func begins(_ input: Span<UInt8>, with prefix: [UInt8]) -> Bool {
        (0..<min(input.count, prefix.count)).allSatisfy { input[$0] == prefix[$0] }
    }

    private static func decodeText(_ input: Span<UInt8>) -> Decoded {
        let head = Array(input, 0..<min(input.count, longestText))
        guard let feed = head.firstIndex(of: .lineFeed) else {
            return input.count < longestText ? .incomplete : .malformed
        }
        guard feed > text.count, head[feed - 1] == .carriageReturn else { return .malformed }
        let words = head[text.count..<feed - 1].split(separator: 0x20, omittingEmptySubsequences: false)
        if words.first?.elementsEqual("UNKNOWN".utf8) == true {
            return .header(length: feed + 1, source: nil)
        }
        guard let source = textSource(words) else { return .malformed }
        return .header(length: feed + 1, source: source)
    }

    private static func textSource(_ words: [ArraySlice<UInt8>]) -> Peer? {
        guard words.count == 5, let source = IPAddress(utf8: words[1]),
            let destination = IPAddress(utf8: words[2]),
            let port = Self.port(words[3]), Self.port(words[4]) != nil
        else { return nil }
        switch (source, destination) {
        case (.v4, .v4) where words[0].elementsEqual("TCP4".utf8): return .host(source, port: port)
        case (.v6, .v6) where words[0].elementsEqual("TCP6".utf8): return .host(source.unmapped, port: port)
        default: return nil
        }
    }

    /// A port; leading zeros are not permitted there.
    private static func port(_ digits: ArraySlice<UInt8>) -> UInt16? {
        guard digits.count == 1 || digits.first != UInt8(ascii: "0"), let number = decimal(digits) else {
            return nil
        }
        return UInt16(exactly: number)
    }

    private static func decodeBinary(_ input: Span<UInt8>) -> Decoded {
        guard input.count >= 16 else { return .incomplete }
        let length = Int(input[14]) << 8 | Int(input[15])
        guard input[12] >> 4 == 2, input[12] & 15 <= 1, length <= longestBinary else { return .malformed }
        guard input.count >= 16 + length else { return .incomplete }
        guard input[12] & 15 == 1 else { return .header(length: 16 + length, source: nil) }
        switch input[13] {
        case 0x11:
            guard length >= 12 else { return .malformed }
            let source = IPAddress.v4(UInt32(truncatingIfNeeded: number(input, 16..<20)))
            return .header(length: 16 + length, source: .host(source, port: port(input, at: 24)))
        case 0x21:
            guard length >= 36 else { return .malformed }
            let source = IPAddress.v6(high: number(input, 16..<24), low: number(input, 24..<32))
            return .header(length: 16 + length, source: .host(source.unmapped, port: port(input, at: 48)))
        default:
            // Unix, datagram and unspecified: accepted and taken for the proxy's own, as the specification demands.
            let (family, transport) = (Int(input[13] >> 4), input[13] & 15)
            return family < addressLengths.count && transport <= 2 && length >= addressLengths[family]
                ? .header(length: 16 + length, source: nil) : .malformed
        }
    }

    private static func number(_ input: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        range.reduce(0) { $0 << 8 | UInt64(input[$1]) }
    }

    private static func port(_ input: Span<UInt8>, at offset: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: number(input, offset..<offset + 2))
    }
}
