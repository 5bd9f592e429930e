/// Decodes base64 piece by piece, as it is found in mail.
///
/// RFC 2045 §6.8.
///
/// Octets outside the alphabet are ignored, a last group of two or three characters gives one or two octets,
/// and the decoder stops behind the first padding: what follows is for the caller to judge (`Base64Tail`).
package struct Base64Decoder {
    /// Octets outside the alphabet that are no white space.
    package private(set) var invalid = 0
    /// Whether the data ended with a single character of a group.
    package private(set) var isTruncated = false
    private var bits: UInt32 = 0
    private var count = 0

    /// A decoder of base64.
    package init() {}

    /// Decodes `input` and says how much of it was used: all, or up to and including the first padding
    /// character.
    package mutating func decode(_ input: Span<UInt8>, into output: inout [UInt8]) -> (
        used: Int, isPadded: Bool
    ) {
        let table = Base64Alphabet.values
        var index = 0
        var isPadded = false
        output.append(addingCapacity: input.count / 4 * 3 + 3) { decoded in
            while index < input.count {
                if count == 0 { index = Self.decodeGroups(input, from: index, table, into: &decoded) }
                guard index < input.count else { break }
                let octet = input[index]
                index += 1
                let value = table[Int(octet)]
                if value < 64 {
                    take(value, into: &decoded)
                } else if octet == UInt8(ascii: "=") {
                    isPadded = true
                    endGroup(into: &decoded)
                    break
                } else if value == Base64Alphabet.invalid {
                    invalid += 1
                }
            }
        }
        return (index, isPadded)
    }

    /// Decodes the last group, if it has no padding.
    package mutating func finish(into output: inout [UInt8]) {
        output.append(addingCapacity: 2) { endGroup(into: &$0) }
    }

    /// Decodes whole groups as long as there are nothing but characters of the alphabet.
    private static func decodeGroups(
        _ input: Span<UInt8>, from start: Int, _ table: [UInt8], into output: inout OutputSpan<UInt8>
    ) -> Int {
        var index = start
        while index + 4 <= input.count {
            let a = table[Int(input[index])]
            let b = table[Int(input[index + 1])]
            let c = table[Int(input[index + 2])]
            let d = table[Int(input[index + 3])]
            guard a | b | c | d < 64 else { return index }
            output.append(a << 2 | b >> 4)
            output.append(b << 4 | c >> 2)
            output.append(c << 6 | d)
            index += 4
        }
        return index
    }

    private mutating func take(_ value: UInt8, into output: inout OutputSpan<UInt8>) {
        bits = bits << 6 | UInt32(value)
        count += 1
        guard count == 4 else { return }
        output.append(UInt8(truncatingIfNeeded: bits >> 16))
        output.append(UInt8(truncatingIfNeeded: bits >> 8))
        output.append(UInt8(truncatingIfNeeded: bits))
        count = 0
    }

    private mutating func endGroup(into output: inout OutputSpan<UInt8>) {
        switch count {
        case 1:
            isTruncated = true
        case 2:
            output.append(UInt8(truncatingIfNeeded: bits >> 4))
        case 3:
            output.append(UInt8(truncatingIfNeeded: bits >> 10))
            output.append(UInt8(truncatingIfNeeded: bits >> 2))
        default: break
        }
        count = 0
    }

    /// Whether the data ends inside a group.
    var isInsideGroup: Bool { count > 0 }
}
