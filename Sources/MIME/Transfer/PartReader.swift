/// Reads the content of a part, transfer-decoded, piece by piece; every pass gives the same octets.
package struct PartReader {
    /// Octets of encoded content that are decoded in one step.
    static let stepSize = 32 << 10

    /// What was wrong with the encoding, known when the content has been read to its end.
    package private(set) var log: DefectLog
    private var window: OctetWindow
    private let range: Range<Int>
    private let encoding: TransferEncoding
    private let isText: Bool
    private var decoder = TransferDecoder.identity
    private var offset: Int
    private var state = State.unread
    /// Whether what follows the padding of base64 was found to be base64 to the end.
    private var tailIsBase64 = false

    private enum State {
        case unread, reading, ended
    }

    /// A reader of the octets `range` of `source`, encoded with `encoding`; `log` knows which part they are
    /// of.
    init(
        _ source: any OctetSource, range: Range<Int>, encoding: TransferEncoding, isText: Bool, log: DefectLog
    ) {
        window = OctetWindow(source)
        self.range = range
        self.encoding = encoding
        self.isText = isText
        self.log = log
        offset = range.lowerBound
    }

    /// Appends the next octets to `buffer`, about 32 KiB; `false` when there are no more.
    package mutating func next(into buffer: inout [UInt8]) throws -> Bool {
        guard state != .ended else { return false }
        if state == .unread { try begin() }
        if offset < range.upperBound { try step(into: &buffer) }
        if offset >= range.upperBound {
            decoder.finish(into: &buffer, defects: &log)
            state = .ended
        }
        return true
    }

    /// Goes back to the beginning.
    package mutating func rewind() {
        offset = range.lowerBound
        state = .unread
    }

    private mutating func begin() throws {
        log = log.emptied()
        tailIsBase64 = false
        decoder = TransferDecoder(encoding)
        state = .reading
        let view = try window.indices(from: offset, limit: min(4096, range.count))
        let octets = window.octets
        let head = octets.span.extracting(view)
        switch encoding {
        case .base64 where isText && PlainWords.isPlain(head), .uuencode where !Self.isUuencoded(head):
            log.report(.transferEncodingMismatch)
            decoder = .identity
        case .uuencode where !Self.hasBegin(head):
            decoder = .uuencode(ByLine(UuencodeDecoder(hasBegin: false)))
        default: break
        }
    }

    private mutating func step(into buffer: inout [UInt8]) throws {
        let view = try window.indices(from: offset, limit: min(Self.stepSize, range.upperBound - offset))
        guard !view.isEmpty else {
            offset = range.upperBound
            return
        }
        let octets = window.octets
        let result = decoder.decode(octets.span.extracting(view), into: &buffer)
        offset += result.used
        if result.isPadded, !tailIsBase64 { try judgeTail() }
    }

    /// Whether base64 goes on behind its padding; it is read to the end once, to know.
    private mutating func judgeTail() throws {
        var tail = Base64Tail()
        var place = offset
        while place < range.upperBound, tail.isBase64 {
            let view = try window.indices(from: place, limit: min(Self.stepSize, range.upperBound - place))
            guard !view.isEmpty else { break }
            _ = tail.feed(window.octets.span.extracting(view))
            place += view.count
        }
        tail.finish()
        if tail.hasContent, tail.isBase64 {
            tailIsBase64 = true
            return
        }
        if tail.hasContent { log.report(.base64TrailingData) }
        offset = range.upperBound
    }

    private static func hasBegin(_ head: Span<UInt8>) -> Bool {
        var start = 0
        while start < head.count {
            let end = lineEnd(in: head, from: start)
            if UuencodeDecoder.nameOffset(ofBegin: head.extracting(start..<end)) != nil { return true }
            start = (firstIndex(of: 0x0A, in: head, from: end) ?? head.count) + 1
        }
        return false
    }

    private static func isUuencoded(_ head: Span<UInt8>) -> Bool {
        hasBegin(head) || UuencodeDecoder.isData(head.extracting(0..<lineEnd(in: head, from: 0)))
    }

    private static func lineEnd(in head: Span<UInt8>, from start: Int) -> Int {
        let end = firstIndex(of: 0x0A, in: head, from: start) ?? head.count
        return end > start && head[end - 1] == 0x0D ? end - 1 : end
    }
}
