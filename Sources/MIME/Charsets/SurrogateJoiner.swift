/// Joins the halves of UTF-16 surrogate pairs.
struct SurrogateJoiner {
    private var high: UInt32?

    /// Whether a first half waits for its second.
    var isWaiting: Bool { high != nil }

    /// Appends what `unit` completes to `output`; answers how many U+FFFD were among it.
    mutating func take(_ unit: UInt32, into output: inout [UInt8]) -> Int {
        var replaced = 0
        if let first = high {
            high = nil
            if unit >= 0xDC00, unit < 0xE000,
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (unit - 0xDC00))
            {
                append(scalar, to: &output)
                return 0
            }
            output.append(contentsOf: replacementCharacter)
            replaced = 1
        }
        if unit >= 0xD800, unit < 0xDC00 {
            high = unit
        } else if let scalar = Unicode.Scalar(unit) {
            append(scalar, to: &output)
        } else {
            output.append(contentsOf: replacementCharacter)
            replaced += 1
        }
        return replaced
    }

    /// Forgets a first half whose second never came; answers how many U+FFFD were written for it.
    mutating func finish(into output: inout [UInt8]) -> Int {
        guard high != nil else { return 0 }
        high = nil
        output.append(contentsOf: replacementCharacter)
        return 1
    }
}
