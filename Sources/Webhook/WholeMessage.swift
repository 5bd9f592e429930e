import MIME

/// A message as it leaves: the trace fields, then the octets as received.
struct WholeMessage: PayloadContent {
    /// Octets read at a time; a multiple of three, so that base64 seldom waits for the next piece.
    static let windowSize = 48 << 10

    /// The lines in front.
    let trace: [UInt8]
    /// The octets as received.
    let source: any OctetSource

    /// How many octets there are in all.
    var count: Int { trace.count + source.count }

    func open() -> WholeMessagePull { WholeMessagePull(self) }

    /// Calls `use` with all octets in order, in pieces of any size.
    func forEachPiece(_ use: (Span<UInt8>) -> Void) throws {
        if let octets = source.contiguous {
            use(trace.span)
            use(octets.span)
            return
        }
        var reader = WholeMessagePull(self)
        var piece: [UInt8] = []
        while try reader.next(into: &piece) {
            use(piece.span)
            piece.removeAll(keepingCapacity: true)
        }
    }
}

/// Reads a whole message.
struct WholeMessagePull: OctetPull {
    private let source: any OctetSource
    private var trace: [UInt8]
    private var window: [UInt8] = []
    private var offset = 0

    /// A reader at the first octet of `message`.
    init(_ message: WholeMessage) {
        source = message.source
        trace = message.trace
    }

    mutating func next(into buffer: inout [UInt8]) throws -> Bool {
        guard trace.isEmpty else {
            buffer.append(contentsOf: trace)
            trace = []
            return true
        }
        let wanted = min(WholeMessage.windowSize, source.count - offset)
        guard wanted > 0 else { return false }
        if window.count != wanted { window = [UInt8](repeating: 0, count: wanted) }
        let count = try fillWindow()
        buffer.append(contentsOf: window[..<count])
        offset += count
        return count > 0
    }

    private mutating func fillWindow() throws -> Int {
        let (source, offset) = (source, offset)
        var span = window.mutableSpan
        return try source.read(at: offset, into: &span)
    }
}
