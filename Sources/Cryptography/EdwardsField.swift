/// A number modulo 2^255 - 19, in five limbs of 51 bits; between operations a limb may be a few bits longer.
struct EdwardsField {
    private var limb0, limb1, limb2, limb3, limb4: UInt64

    private static let mask: UInt64 = 1 << 51 - 1

    /// The number `small`.
    init(_ small: UInt64) {
        self.init(small, 0, 0, 0, 0)
    }

    /// The number of these limbs, the lowest first.
    init(_ limb0: UInt64, _ limb1: UInt64, _ limb2: UInt64, _ limb3: UInt64, _ limb4: UInt64) {
        (self.limb0, self.limb1, self.limb2, self.limb3, self.limb4) = (limb0, limb1, limb2, limb3, limb4)
    }

    static func + (left: Self, right: Self) -> Self {
        Self(
            left.limb0 + right.limb0, left.limb1 + right.limb1, left.limb2 + right.limb2,
            left.limb3 + right.limb3, left.limb4 + right.limb4
        ).carried
    }

    /// Twice the modulus is added first, so that no limb falls below zero.
    static func - (left: Self, right: Self) -> Self {
        let (low, high): (UInt64, UInt64) = (0xF_FFFF_FFFF_FFDA, 0xF_FFFF_FFFF_FFFE)
        return Self(
            left.limb0 + low - right.limb0, left.limb1 + high - right.limb1, left.limb2 + high - right.limb2,
            left.limb3 + high - right.limb3, left.limb4 + high - right.limb4
        ).carried
    }

    static func * (left: Self, right: Self) -> Self {
        let (a0, a1, a2) = (UInt128(left.limb0), UInt128(left.limb1), UInt128(left.limb2))
        let (a3, a4) = (UInt128(left.limb3), UInt128(left.limb4))
        let (b0, b1, b2) = (UInt128(right.limb0), UInt128(right.limb1), UInt128(right.limb2))
        let (b3, b4) = (UInt128(right.limb3), UInt128(right.limb4))
        return Self(
            wide: a0 * b0 + 19 * (a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1),
            a0 * b1 + a1 * b0 + 19 * (a2 * b4 + a3 * b3 + a4 * b2),
            a0 * b2 + a1 * b1 + a2 * b0 + 19 * (a3 * b4 + a4 * b3),
            a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + 19 * (a4 * b4),
            a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0)
    }

    /// The inverse, by Fermat: the power 2^255 - 21, whose bits are all set but the third and the fifth.
    var inverse: Self {
        var result = Self(1)
        for bit in (0..<255).reversed() {
            result = result * result
            if bit != 2, bit != 4 { result = result * self }
        }
        return result
    }

    /// The 32 octets of the number below the modulus, the lowest first.
    var encoded: [UInt8] {
        let limbs = reduced
        var octets: [UInt8] = []
        var (bits, count): (UInt128, Int) = (0, 0)
        for limb in [limbs.limb0, limbs.limb1, limbs.limb2, limbs.limb3, limbs.limb4] {
            bits |= UInt128(limb) << UInt128(count)
            count += 51
            while count >= 8 {
                octets.append(UInt8(truncatingIfNeeded: bits))
                bits >>= 8
                count -= 8
            }
        }
        octets.append(UInt8(truncatingIfNeeded: bits))
        return octets
    }

    /// `self` where `choice` is 0, `other` where it is 1, by the same steps.
    func selecting(_ other: Self, if choice: UInt64) -> Self {
        let mask = 0 &- choice
        func pick(_ own: UInt64, _ other: UInt64) -> UInt64 { own ^ (mask & (own ^ other)) }
        return Self(
            pick(limb0, other.limb0), pick(limb1, other.limb1), pick(limb2, other.limb2),
            pick(limb3, other.limb3), pick(limb4, other.limb4))
    }

    private init(wide w0: UInt128, _ w1: UInt128, _ w2: UInt128, _ w3: UInt128, _ w4: UInt128) {
        let mask = UInt128(Self.mask)
        let v1 = w1 + w0 >> 51
        let v2 = w2 + v1 >> 51
        let v3 = w3 + v2 >> 51
        let v4 = w4 + v3 >> 51
        let v0 = w0 & mask + 19 * (v4 >> 51)
        self.init(
            UInt64(v0 & mask), UInt64(v1 & mask + v0 >> 51), UInt64(v2 & mask), UInt64(v3 & mask),
            UInt64(v4 & mask))
    }

    private var carried: Self {
        let mask = Self.mask
        let v1 = limb1 + limb0 >> 51
        let v2 = limb2 + v1 >> 51
        let v3 = limb3 + v2 >> 51
        let v4 = limb4 + v3 >> 51
        return Self(limb0 & mask + 19 * (v4 >> 51), v1 & mask, v2 & mask, v3 & mask, v4 & mask)
    }

    /// The number below the modulus: when adding 19 carries out of the top, the modulus is taken away.
    private var reduced: Self {
        let value = carried.carried
        var quotient = (value.limb0 + 19) >> 51
        for limb in [value.limb1, value.limb2, value.limb3, value.limb4] {
            quotient = (limb + quotient) >> 51
        }
        let mask = Self.mask
        let v0 = value.limb0 + 19 * quotient
        let v1 = value.limb1 + v0 >> 51
        let v2 = value.limb2 + v1 >> 51
        let v3 = value.limb3 + v2 >> 51
        let v4 = value.limb4 + v3 >> 51
        return Self(v0 & mask, v1 & mask, v2 & mask, v3 & mask, v4 & mask)
    }
}
