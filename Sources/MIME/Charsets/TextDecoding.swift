/// What `CharsetDecoder` runs on: the coding of one family of charsets, fed in pieces that are cut anywhere.
protocol TextDecoding {
    /// How many times U+FFFD was written for what could not be decoded.
    var replaced: Int { get }
    /// Appends the text of `octets` to `output`.
    mutating func decode(_ octets: Span<UInt8>, into output: inout [UInt8])
    /// Ends the text: what has only begun becomes U+FFFD.
    mutating func finish(into output: inout [UInt8])
}

/// U+FFFD in UTF-8.
let replacementCharacter: [UInt8] = [0xEF, 0xBF, 0xBD]

/// Appends the UTF-8 of `scalar` to `output`.
func append(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
    let value = scalar.value
    switch value {
    case 0..<0x80:
        output.append(UInt8(truncatingIfNeeded: value))
    case 0x80..<0x800:
        output.append(UInt8(truncatingIfNeeded: 0xC0 | value >> 6))
        output.append(continuation(value))
    case 0x800..<0x10000:
        output.append(UInt8(truncatingIfNeeded: 0xE0 | value >> 12))
        output.append(continuation(value >> 6))
        output.append(continuation(value))
    default:
        output.append(UInt8(truncatingIfNeeded: 0xF0 | value >> 18))
        output.append(continuation(value >> 12))
        output.append(continuation(value >> 6))
        output.append(continuation(value))
    }
}

private func continuation(_ bits: UInt32) -> UInt8 {
    UInt8(truncatingIfNeeded: 0x80 | bits & 0x3F)
}
