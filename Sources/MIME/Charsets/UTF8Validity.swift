/// Whether octets that come in pieces are UTF-8, and whether they are ASCII.
struct UTF8Validity {
    /// Whether no error was found yet.
    private(set) var isValid = true
    /// Whether no octet was above 127 yet.
    private(set) var isASCII = true
    private var pending: [UInt8] = []

    /// Looks at the next `octets`.
    mutating func feed(_ octets: Span<UInt8>) {
        guard isValid else { return }
        var start = 0
        while !pending.isEmpty, start < octets.count, isValid {
            pending.append(octets[start])
            start += 1
            let attempt = pending
            pending.removeAll(keepingCapacity: true)
            check(attempt.span)
        }
        if isASCII { start = asciiPrefix(of: octets, from: start) }
        check(octets.extracting(droppingFirst: start))
    }

    /// A character that has only begun is an error.
    mutating func finish() {
        if !pending.isEmpty { isValid = false }
    }

    private mutating func check(_ octets: Span<UInt8>) {
        guard !octets.isEmpty else { return }
        isASCII = false
        guard let error = firstError(in: octets) else { return }
        guard error.kind == .truncatedScalar, error.byteOffsets.upperBound == octets.count else {
            isValid = false
            return
        }
        for index in error.byteOffsets { pending.append(octets[index]) }
    }
}
