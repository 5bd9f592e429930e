/// Decodes UTF-7: UTF-16 in base64 between `+` and the first character outside its alphabet (RFC 2152).
///
/// Only text that declares UTF-7 is ever read as UTF-7: guessing it lets markup hide from filters.
struct UTF7Decoder: TextDecoding {
    /// How many times U+FFFD was written.
    private(set) var replaced = 0
    private var shift: Shift?
    private var joiner = SurrogateJoiner()

    /// What is known inside a base64 run.
    private struct Shift {
        var bits: UInt32 = 0
        var bitCount = 0
        var isEmpty = true
    }

    /// Appends the text of `octets` to `output`.
    mutating func decode(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        for index in octets.indices { take(octets[index], into: &output) }
    }

    /// Ends the text: half a character becomes U+FFFD.
    mutating func finish(into output: inout [UInt8]) {
        endShift(into: &output)
    }

    private mutating func take(_ octet: UInt8, into output: inout [UInt8]) {
        guard var run = shift else { return takeDirect(octet, into: &output) }
        if let value = Base64Alphabet.bits(of: octet) {
            run.isEmpty = false
            run.bits = run.bits << 6 | value
            run.bitCount += 6
            shift = run
            if run.bitCount >= 16 {
                shift?.bitCount -= 16
                replaced += joiner.take(run.bits >> UInt32(run.bitCount - 16) & 0xFFFF, into: &output)
            }
            return
        }
        let stands = run.isEmpty && octet == UInt8(ascii: "-")
        endShift(into: &output)
        if stands {
            output.append(UInt8(ascii: "+"))
        } else if octet != UInt8(ascii: "-") {
            takeDirect(octet, into: &output)
        }
    }

    private mutating func takeDirect(_ octet: UInt8, into output: inout [UInt8]) {
        if octet == UInt8(ascii: "+") {
            shift = Shift()
        } else if octet < 0x80 {
            output.append(octet)
        } else {
            replace(into: &output)
        }
    }

    /// Leaves the base64 run; bits that are no whole character are an error unless they are padding.
    private mutating func endShift(into output: inout [UInt8]) {
        guard let run = shift else { return }
        shift = nil
        let leftover = run.bits & (1 << UInt32(run.bitCount) - 1)
        replaced += joiner.finish(into: &output)
        if run.bitCount >= 6 || leftover != 0 { replace(into: &output) }
    }

    private mutating func replace(into output: inout [UInt8]) {
        output.append(contentsOf: replacementCharacter)
        replaced += 1
    }
}
