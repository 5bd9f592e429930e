/// A point of Ed25519's curve in extended coordinates (RFC 8032 §5.1.4).
struct EdwardsPoint {
    private var x, y, z, t: EdwardsField

    /// The neutral element.
    static let zero = EdwardsPoint(
        x: EdwardsField(0), y: EdwardsField(1), z: EdwardsField(1), t: EdwardsField(0))

    /// The base point (RFC 8032 §5.1).
    static let base = EdwardsPoint(
        x: EdwardsField(
            0x6_2D60_8F25_D51A, 0x4_12A4_B4F6_592A, 0x7_5B71_71A4_B31D,
            0x1_FF60_5271_18FE, 0x2_1693_6D3C_D6E5),
        y: EdwardsField(
            0x6_6666_6666_6658, 0x4_CCCC_CCCC_CCCC, 0x1_9999_9999_9999,
            0x3_3333_3333_3333, 0x6_6666_6666_6666),
        z: EdwardsField(1),
        t: EdwardsField(
            0x6_8AB3_A5B7_DDA3, 0xEEA_2A5E_ADBB, 0x2_AF8D_F483_C27E,
            0x3_32B3_7527_4732, 0x6_7875_F0FD_78B7))

    /// Twice the curve's constant d.
    private static let doubleD = EdwardsField(
        0x6_9B94_26B2_F159, 0x3_5050_762A_DD7A, 0x3_CF44_C003_8052,
        0x6_738C_C740_7977, 0x2_406D_9DC5_6DFF)

    /// The sum; the formula holds for equal points and the neutral element too (RFC 8032 §5.1.4).
    static func + (left: EdwardsPoint, right: EdwardsPoint) -> EdwardsPoint {
        let a = (left.y - left.x) * (right.y - right.x)
        let b = (left.y + left.x) * (right.y + right.x)
        let c = left.t * doubleD * right.t
        let zz = left.z * right.z
        let d = zz + zz
        let (e, f, g, h) = (b - a, d - c, d + c, b + a)
        return EdwardsPoint(x: e * f, y: g * h, z: f * g, t: e * h)
    }

    /// The multiple by a number of 32 octets, the lowest first; the same steps whatever the number.
    func multiplied(by scalar: [UInt8]) -> EdwardsPoint {
        var result = Self.zero
        for octet in scalar.reversed() {
            for bit in (0..<8).reversed() {
                result = result + result
                let sum = result + self
                let choice = UInt64(octet >> UInt8(bit) & 1)
                result = EdwardsPoint(
                    x: result.x.selecting(sum.x, if: choice), y: result.y.selecting(sum.y, if: choice),
                    z: result.z.selecting(sum.z, if: choice), t: result.t.selecting(sum.t, if: choice))
            }
        }
        return result
    }

    /// The point in 32 octets: y, and the lowest bit of x on top (RFC 8032 §5.1.2).
    var encoded: [UInt8] {
        let scale = z.inverse
        var octets = (y * scale).encoded
        octets[31] |= (x * scale).encoded[0] << 7
        return octets
    }
}
