/// Decodes a coding of seven bits by turning its octets into those of a coding of eight bits, which iconv knows.
protocol RecodingDecoder: TextDecoding {
    /// The decoder of the coding of eight bits.
    var inner: MultiByteDecoder { get set }

    /// Appends to `plain` what `octet` is in the coding of eight bits; nothing while a sequence goes on.
    mutating func take(_ octet: UInt8, into plain: inout [UInt8])
}

extension RecodingDecoder {
    /// How many times U+FFFD was written.
    var replaced: Int { inner.replaced }

    /// Appends the text of `octets` to `output`.
    mutating func decode(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        var plain: [UInt8] = []
        plain.reserveCapacity(octets.count)
        for index in octets.indices { take(octets[index], into: &plain) }
        inner.decode(plain.span, into: &output)
    }
}
