/// Base64 with the standard alphabet and padding (RFC 4648 §4).
package enum Base64 {
    /// Octets of the encoding of `count` octets.
    package static func encodedCount(_ count: Int) -> Int { (count + 2) / 3 * 4 }

    /// The encoding of `octets`.
    package static func encode(_ octets: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        append(octets.span, to: &output)
        return output
    }

    /// The encoding of `octets` as text.
    package static func text(_ octets: [UInt8]) -> String {
        String(decoding: encode(octets), as: UTF8.self)
    }

    /// Appends the encoding of `octets` to `output`, padding included.
    package static func append(_ octets: Span<UInt8>, to output: inout [UInt8]) {
        let alphabet = encoding
        output.append(addingCapacity: encodedCount(octets.count)) { target in
            let whole = octets.count / 3 * 3
            var index = 0
            while index < whole {
                appendGroup(octets[index], octets[index + 1], octets[index + 2], alphabet, to: &target)
                index += 3
            }
            appendTail(octets, from: whole, alphabet, to: &target)
        }
    }

    /// The octets that `text` encodes; `nil` unless it is canonical.
    ///
    /// The padding may be missing as a whole.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var digits = Array(text)
        if digits.count % 4 == 0 {
            for _ in 0..<2 where digits.last == UInt8(ascii: "=") { digits.removeLast() }
        }
        guard digits.count % 4 != 1 else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(digits.count / 4 * 3 + 2)
        var (bits, count): (UInt32, Int) = (0, 0)
        for digit in digits {
            guard let value = encoding.firstIndex(of: digit) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bits & (1 << UInt32(count) - 1) == 0 ? output : nil
    }

    private static let encoding = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    @inline(__always)
    private static func appendGroup(
        _ first: UInt8, _ second: UInt8, _ third: UInt8, _ alphabet: [UInt8],
        to target: inout OutputSpan<UInt8>
    ) {
        let bits = Int(first) << 16 | Int(second) << 8 | Int(third)
        target.append(alphabet[bits >> 18])
        target.append(alphabet[bits >> 12 & 63])
        target.append(alphabet[bits >> 6 & 63])
        target.append(alphabet[bits & 63])
    }

    private static func appendTail(
        _ octets: Span<UInt8>, from start: Int, _ alphabet: [UInt8], to target: inout OutputSpan<UInt8>
    ) {
        guard start < octets.count else { return }
        let hasTwo = octets.count - start == 2
        let bits = Int(octets[start]) << 16 | (hasTwo ? Int(octets[start + 1]) << 8 : 0)
        target.append(alphabet[bits >> 18])
        target.append(alphabet[bits >> 12 & 63])
        target.append(hasTwo ? alphabet[bits >> 6 & 63] : UInt8(ascii: "="))
        target.append(UInt8(ascii: "="))
    }
}

/// Base64 of octets that come in pieces of any size.
package struct Base64Encoder: Sendable {
    private var pending: [UInt8] = []

    /// An encoder at the start of a text.
    package init() {}

    /// Appends to `output` what `octets` complete; up to two octets wait for the next piece.
    package mutating func encode(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        var start = 0
        while !pending.isEmpty, pending.count < 3, start < octets.count {
            pending.append(octets[start])
            start += 1
        }
        if pending.count == 3 { flush(into: &output) }
        let whole = (octets.count - start) / 3 * 3
        Base64.append(octets.extracting(start..<start + whole), to: &output)
        for index in start + whole..<octets.count { pending.append(octets[index]) }
    }

    /// Appends the last group with its padding; the encoder is ready for the next text.
    package mutating func finish(into output: inout [UInt8]) {
        flush(into: &output)
    }

    private mutating func flush(into output: inout [UInt8]) {
        Base64.append(pending.span, to: &output)
        pending.removeAll(keepingCapacity: true)
    }
}
