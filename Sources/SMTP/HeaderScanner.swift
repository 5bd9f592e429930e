/// Counts the `Received:` fields of a message while it streams by, to notice mail that goes in circles.
///
/// RFC 5321 §6.3.
///
/// The header ends with the first empty line; a line ends with LF here, with or without a CR, because a loop is a loop
/// however its lines end. Of a field no more than `longestField` octets are looked at.
package struct HeaderScanner: Sendable {
    /// How much of a field is searched for our name.
    static let longestField = 1024

    /// How many `Received:` fields there are so far.
    package private(set) var receivedFields = 0
    /// How many of them say `by` our own hostname.
    package private(set) var ownFields = 0
    /// Whether the header is over: nothing after it counts.
    package private(set) var hasEnded = false

    private let hostname: String
    private var line: [UInt8] = []
    private var use = Use.unknown
    private var field: [UInt8]?

    /// What the line at hand is good for.
    private enum Use {
        /// Nothing of it has come.
        case unknown
        /// It may be part of a `Received:` field, or the end of the header.
        case kept
        /// It is neither, and not looked at.
        case passedOver
    }

    /// A scanner at the front of a message; `hostname` is our own name.
    package init(hostname: String) {
        self.hostname = hostname
    }

    /// Looks at the next octets of the message.
    package mutating func scan(_ octets: Span<UInt8>) {
        var start = 0
        while !hasEnded, start < octets.count {
            let feed = octets.firstOffset(of: .lineFeed, from: start)
            take(octets, start..<(feed ?? octets.count))
            guard let feed else { return }
            endLine()
            start = feed + 1
        }
    }

    /// The message ends; a header without an empty line behind it ends too.
    package mutating func finish() {
        guard !hasEnded else { return }
        if use != .unknown { endLine() }
        endField()
        hasEnded = true
    }

    private mutating func take(_ octets: Span<UInt8>, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        if use == .unknown { use = isOfUse(octets[range.lowerBound]) ? .kept : .passedOver }
        guard use == .kept else { return }
        let piece = octets.extracting(range).extracting(first: Self.longestField - line.count)
        unsafe piece.withUnsafeBytes { unsafe line.append(contentsOf: $0) }  // Copied before it returns.
    }

    /// Whether a line that begins with `octet` can be part of a `Received:` field, or empty.
    private func isOfUse(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "R"), UInt8(ascii: "r"), .carriageReturn: true
        case 0x20, 0x09: field != nil
        default: false
        }
    }

    private mutating func endLine() {
        if line.last == .carriageReturn { line.removeLast() }
        defer {
            line.removeAll(keepingCapacity: true)
            use = .unknown
        }
        guard use != .passedOver else { return endField() }
        guard let first = line.first else {
            endField()
            hasEnded = true
            return
        }
        if first == 0x20 || first == 0x09 {
            if let length = field?.count {
                field?.append(contentsOf: line.prefix(Self.longestField - length))
            }
        } else {
            endField()
            if isReceived { field = line }
        }
    }

    private var isReceived: Bool {
        guard line.prefix(8).elementsEqual("RECEIVED".utf8, by: { uppercased($0) == $1 }) else {
            return false
        }
        return line.dropFirst(8).first { $0 != 0x20 && $0 != 0x09 } == UInt8(ascii: ":")
    }

    private mutating func endField() {
        guard let text = field else { return }
        field = nil
        receivedFields += 1
        if namesUs(text) { ownFields += 1 }
    }

    /// Whether `text` has the word `by` and our hostname as a whole word behind it.
    private func namesUs(_ text: [UInt8]) -> Bool {
        let by = " by \(hostname)".utf8.map(uppercased)
        let flat = text.map { $0 == 0x09 ? 0x20 : uppercased($0) }
        var start = 0
        while start + by.count <= flat.count {
            if flat[start...].starts(with: by) {
                let next = start + by.count < flat.count ? flat[start + by.count] : 0x20
                if !(next.isLetter || next.isDigit || next == .dot || next == UInt8(ascii: "-")) {
                    return true
                }
            }
            start += 1
        }
        return false
    }
}
