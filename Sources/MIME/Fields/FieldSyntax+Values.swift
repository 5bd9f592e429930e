/// Where values that stand without quotes end.
extension Span where Element == UInt8 {
    /// Whether a value ends at the blank at `index`: behind it (and comments) are the end, a semicolon or a
    /// parameter.
    func endsRun(at index: Int) -> Bool {
        let next = skippingComments(from: index)
        return next == count || self[next] == UInt8(ascii: ";") || opensParameter(at: next)
    }

    /// Whether a token and `=` stand at `start`, but no encoded word.
    func opensParameter(at start: Int) -> Bool {
        var end = start
        while end < count, isTokenOctet(self[end]) { end += 1 }
        guard end > start, end < count, self[end] == UInt8(ascii: "=") else { return false }
        return true
    }

    /// The index where the leading value of a field ends: at a semicolon, or before a parameter whose
    /// semicolon is missing.
    func endOfLeadingValue() -> Int {
        var index = 0
        while index < count, self[index] != UInt8(ascii: ";") {
            if isFoldingSpace(self[index]) {
                if endsRun(at: index) { return index }
                index = skippingComments(from: index)
            } else {
                index += 1
            }
        }
        return index
    }
}
