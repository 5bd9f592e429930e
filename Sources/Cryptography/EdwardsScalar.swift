/// A number modulo the order of Ed25519's base point, 2^252 + 27742317777372353535851937790883648493.
struct EdwardsScalar {
    /// The number in 32 octets, the lowest first.
    let octets: [UInt8]

    /// The number of 64 octets, the lowest first.
    init(reducing wide: [UInt8]) {
        octets = Self.reduced(wide.map(Int64.init))
    }

    /// `left * right + addend`, each of 32 octets.
    init(product left: [UInt8], _ right: [UInt8], plus addend: [UInt8]) {
        var wide = [Int64](repeating: 0, count: 64)
        for (index, octet) in addend.enumerated() { wide[index] = Int64(octet) }
        for (place, factor) in left.enumerated() {
            for (index, octet) in right.enumerated() { wide[place + index] += Int64(factor) * Int64(octet) }
        }
        octets = Self.reduced(wide)
    }

    private static let order: [Int64] = [
        0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE, 0x14,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ]

    /// Takes multiples of the order away from the top octet down, in the manner of TweetNaCl.
    private static func reduced(_ digits: [Int64]) -> [UInt8] {
        var digits = digits
        for top in (32..<64).reversed() {
            var carry: Int64 = 0
            for index in (top - 32)..<(top - 12) {
                digits[index] += carry - 16 * digits[top] * order[index - (top - 32)]
                carry = (digits[index] + 128) >> 8
                digits[index] -= carry << 8
            }
            digits[top - 12] += carry
            digits[top] = 0
        }
        return finished(digits)
    }

    private static func finished(_ digits: [Int64]) -> [UInt8] {
        var digits = Array(digits[..<33])
        var carry: Int64 = 0
        let multiple = digits[31] >> 4
        for index in 0..<32 {
            digits[index] += carry - multiple * order[index]
            carry = digits[index] >> 8
            digits[index] &= 255
        }
        for index in 0..<32 { digits[index] -= carry * order[index] }
        for index in 0..<32 {
            digits[index + 1] += digits[index] >> 8
            digits[index] &= 255
        }
        return digits[..<32].map { UInt8(truncatingIfNeeded: $0) }
    }
}
