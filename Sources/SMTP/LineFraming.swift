/// Cuts command lines out of the octets received.
///
/// Only CRLF ends a line (RFC 5321 §2.3.8); a lone CR or LF is an octet of the line, and the command parser refuses
/// it there. A line over `longestLine` is thrown away up to its CRLF and reported once, never cut short and obeyed.
struct LineFraming {
    /// The longest line that is looked at, with its CRLF.
    ///
    /// It is AUTH that sets it: RFC 4954 §4.
    static let longestLine = 12_288

    /// What the octets hold at their front.
    enum Cut: Equatable {
        /// A line of `length` octets and a CRLF behind it.
        case line(length: Int)
        /// The end of a line that was too long; it takes `consumed` octets.
        case tooLong(consumed: Int)
        /// No end of line; `consumed` octets of an over-long line can go.
        case incomplete(consumed: Int)
    }

    private enum State {
        /// The first `scanned` octets hold no CRLF.
        case collecting(scanned: Int)
        case discarding(endsInCR: Bool)
    }

    private var state = State.collecting(scanned: 0)

    /// Looks at `input`: every octet that was not consumed so far.
    mutating func cut(_ input: Span<UInt8>) -> Cut {
        switch state {
        case .collecting(let scanned): collect(input, from: scanned)
        case .discarding(let endsInCR): discard(input, endsInCR: endsInCR)
        }
    }

    private mutating func collect(_ input: Span<UInt8>, from scanned: Int) -> Cut {
        if let end = endOfLine(in: input, from: scanned, isAfterCR: false) {
            state = .collecting(scanned: 0)
            return end <= Self.longestLine ? .line(length: end - 2) : .tooLong(consumed: end)
        }
        guard input.count >= Self.longestLine else {
            state = .collecting(scanned: input.count)
            return .incomplete(consumed: 0)
        }
        state = .discarding(endsInCR: input[input.count - 1] == .carriageReturn)
        return .incomplete(consumed: input.count)
    }

    private mutating func discard(_ input: Span<UInt8>, endsInCR: Bool) -> Cut {
        if let end = endOfLine(in: input, from: 0, isAfterCR: endsInCR) {
            state = .collecting(scanned: 0)
            return .tooLong(consumed: end)
        }
        if input.count > 0 { state = .discarding(endsInCR: input[input.count - 1] == .carriageReturn) }
        return .incomplete(consumed: input.count)
    }

    /// The offset behind the first CRLF whose LF lies at or behind `start`.
    private func endOfLine(in input: Span<UInt8>, from start: Int, isAfterCR: Bool) -> Int? {
        var start = start
        while let feed = input.firstOffset(of: .lineFeed, from: start) {
            if feed == 0 ? isAfterCR : input[feed - 1] == .carriageReturn { return feed + 1 }
            start = feed + 1
        }
        return nil
    }
}
