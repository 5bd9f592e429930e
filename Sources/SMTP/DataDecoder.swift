/// Finds the end of a message sent by DATA and removes its dot-stuffing.
///
/// RFC 5321 §4.5.2.
///
/// Only CRLF.CRLF ends a message, the first CRLF being the one behind DATA when the message is empty. Every other
/// octet is the message's: bare CR and LF, NUL, long lines. Octets come back as ranges of the input, in runs that
/// end only where a dot is taken out; nothing is copied and nothing is held back but a dot whose meaning depends on
/// octets that have not come yet.
package struct DataDecoder: Sendable {
    /// What the front of the input is.
    package struct Piece: Equatable, Sendable {
        /// The octets of the message, as offsets into the input.
        package let octets: Range<Int>
        /// How many octets of the input are done with; zero with no octets and no end means: more is needed.
        package let consumed: Int
        /// Whether the message ends here.
        package let isEnd: Bool
    }

    private enum Position {
        case lineStart
        case inLine
        case afterCR
    }

    private var position = Position.lineStart

    /// A decoder that stands behind the CRLF of DATA.
    package init() {}

    /// Takes the next run of octets off the front of `input`, which is everything not consumed so far.
    package mutating func next(_ input: Span<UInt8>) -> Piece {
        var start = 0
        if position == .lineStart, input.count > 0, input[0] == .dot {
            switch Self.lineBeginningWithDot(input) {
            case .incomplete: return Piece(octets: 0..<0, consumed: 0, isEnd: false)
            case .end: return Piece(octets: 0..<0, consumed: 3, isEnd: true)
            case .stuffed: start = 1
            }
        }
        let end = endOfRun(in: input, from: start)
        return Piece(octets: start..<end, consumed: end, isEnd: false)
    }

    private enum DottedLine {
        case incomplete
        case end
        case stuffed
    }

    private static func lineBeginningWithDot(_ input: Span<UInt8>) -> DottedLine {
        guard input.count > 1 else { return .incomplete }
        guard input[1] == .carriageReturn else { return .stuffed }
        guard input.count > 2 else { return .incomplete }
        return input[2] == .lineFeed ? .end : .stuffed
    }

    /// The offset before the next dot that begins a line, or the end of the input.
    private mutating func endOfRun(in input: Span<UInt8>, from start: Int) -> Int {
        guard start < input.count else { return start }
        let beginsAfterCR = position == .afterCR
        var next = start
        while let feed = input.firstOffset(of: .lineFeed, from: next) {
            next = feed + 1
            let endsLine = feed > start ? input[feed - 1] == .carriageReturn : beginsAfterCR && feed == 0
            if endsLine, next == input.count || input[next] == .dot {
                position = .lineStart
                return next
            }
        }
        position = input[input.count - 1] == .carriageReturn ? .afterCR : .inLine
        return input.count
    }
}
