/// A container whose parts are being read.
struct OpenContainer {
    /// Its index among the parts.
    let part: Int
    /// What delimits its parts after `--`; `nil` for a message, and for a multipart that has been closed.
    var boundary: [UInt8]?
    /// Whether its parts are messages unless they say otherwise.
    ///
    /// RFC 2046 §5.1.5.
    let isDigest: Bool
    /// How many parts it has so far.
    var children = 0
    /// Whether it is a multipart.
    let isMultipart: Bool
}

/// A delimiter line.
///
/// RFC 2046 §5.1.1.
struct Delimiter: Equatable {
    /// The place of its container in the stack of open ones.
    let level: Int
    /// Whether it closes the container.
    let isClosing: Bool
    /// Where the line begins.
    let offset: Int
    /// Where the line after it begins.
    let next: Int
}

extension [OpenContainer] {
    /// The longest boundary that is looked for; RFC 2046 allows 70 octets.
    static var longestBoundary: Int { 8 << 10 }
    /// Octets of a line within which a delimiter must end; blanks may follow the boundary.
    static var longestDelimiter: Int { 12 << 10 }

    /// The innermost container that `line` delimits, and whether it closes it.
    ///
    /// `line` has no line end. Behind the boundary there may be `--` and then blanks, nothing else: `a` is
    /// not `ab`. Of two containers with the same boundary the inner one owns it.
    func match(_ line: Span<UInt8>) -> (level: Int, isClosing: Bool)? {
        var end = line.count
        while end > 2, isBlank(line[end - 1]) || line[end - 1] == 0x0D { end -= 1 }
        for level in indices.reversed() {
            guard let boundary = self[level].boundary, line.count >= boundary.count + 2 else { continue }
            let behind = boundary.count + 2
            let isOpening = end <= behind
            let isClosing =
                end == behind + 2 && line[behind] == UInt8(ascii: "-")
                && line[behind + 1] == UInt8(ascii: "-")
            guard isOpening || isClosing, line.extracting(2..<behind).equals(boundary) else { continue }
            return (level, isClosing)
        }
        return nil
    }
}
