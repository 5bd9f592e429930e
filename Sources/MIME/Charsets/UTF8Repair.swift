internal import Mail

/// Copies UTF-8 and puts U+FFFD where it is broken: one for each maximal subpart, as the Unicode Standard
/// recommends (§3.9).
///
/// What may be the beginning of a character at the end of a piece waits for the next one.
struct UTF8Repair: TextDecoding {
    /// How many times U+FFFD was written.
    private(set) var replaced = 0
    private var pending: [UInt8] = []

    /// Appends `octets` to `output`, repaired.
    mutating func decode(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        guard !pending.isEmpty else { return copy(octets, into: &output) }
        var taken = 0
        while !pending.isEmpty, taken < octets.count {
            pending.append(octets[taken])
            taken += 1
            let attempt = pending
            pending.removeAll(keepingCapacity: true)
            copy(attempt.span, into: &output)
        }
        copy(octets.extracting(droppingFirst: taken), into: &output)
    }

    /// Ends the text: a character that has only begun becomes U+FFFD.
    mutating func finish(into output: inout [UInt8]) {
        guard !pending.isEmpty else { return }
        pending.removeAll()
        replace(into: &output)
    }

    private mutating func copy(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        var start = 0
        while start < octets.count {
            let rest = octets.extracting(droppingFirst: start)
            guard let error = firstError(in: rest) else { return append(rest, to: &output) }
            append(rest.extracting(first: error.byteOffsets.lowerBound), to: &output)
            let end = error.byteOffsets.upperBound
            if end == rest.count, error.kind == .truncatedScalar {
                for index in error.byteOffsets { pending.append(rest[index]) }
                return
            }
            replace(into: &output)
            start += max(end, 1)
        }
    }

    private mutating func replace(into output: inout [UInt8]) {
        output.append(contentsOf: replacementCharacter)
        replaced += 1
    }
}

/// The first place where `octets` are not UTF-8, or `nil`.
///
/// A scan of ours finds it; the standard library, which is slow at what is not ASCII, only says what is wrong there.
func firstError(in octets: Span<UInt8>) -> Unicode.UTF8.ValidationError? {
    let start = UTF8Scanner.endOfValidRun(octets)
    guard start < octets.count else { return nil }
    do throws(Unicode.UTF8.ValidationError) {
        _ = try UTF8Span(validating: octets.extracting(start...))
        return nil
    } catch {
        let (first, last) = (start + error.byteOffsets.lowerBound, start + error.byteOffsets.upperBound)
        return Unicode.UTF8.ValidationError(error.kind, first..<last)
    }
}

/// Whether all of `octets` are below 128.
func isASCII(_ octets: Span<UInt8>) -> Bool {
    asciiPrefix(of: octets, from: 0) == octets.count
}

/// The index of the first octet above 127 from `start` on; the count when there is none.
func asciiPrefix(of octets: Span<UInt8>, from start: Int) -> Int {
    var index = start
    // Safe: eight octets from `index` on lie within the span, and any bit pattern is a UInt64.
    let bytes = unsafe octets.bytes
    while index &+ 8 <= octets.count {
        let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
        guard word & 0x8080_8080_8080_8080 == 0 else { break }
        index &+= 8
    }
    while index < octets.count, octets[index] < 0x80 { index &+= 1 }
    return index
}
