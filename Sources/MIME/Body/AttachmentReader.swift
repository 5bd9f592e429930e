/// Reads the content of an attachment, decoded, piece by piece.
package struct AttachmentReader {
    private var reader: PartReader
    /// The decoder of a file inside the part's content.
    private var inner: TransferDecoder?
    /// Octets of the part's content before the file.
    private var before: Int
    /// Octets of the file's lines that are still to come.
    private var left: Int
    private var innerLog: DefectLog
    private var hasEnded = false

    init(_ message: ParsedMessage, _ attachment: Attachment) {
        let part = message.parts[attachment.part]
        let seeks = part.transferEncoding == .identity
        reader = message.reader(of: part, from: seeks ? attachment.place : 0)
        before = seeks ? 0 : attachment.place
        left = attachment.length ?? .max
        innerLog = message.emptyLog(for: part)
        switch attachment.source {
        case .mime: inner = nil
        case .uuencode: inner = TransferDecoder(.uuencode)
        case .yenc: inner = TransferDecoder(.yenc)
        case .binhex: inner = .binhex(BinHexDecoder())
        }
    }

    /// What was wrong with the encoding, known at the end.
    package var log: DefectLog {
        var log = reader.log
        log.merge(innerLog)
        return log
    }

    /// Appends the next octets to `buffer`; `false` when there are no more.
    package mutating func next(into buffer: inout [UInt8]) throws -> Bool {
        guard !hasEnded else { return false }
        guard inner != nil else { return try reader.next(into: &buffer) }
        var piece: [UInt8] = []
        let isMore = try reader.next(into: &piece)
        let skipped = min(before, piece.count)
        before -= skipped
        let taken = min(left, piece.count - skipped)
        left -= taken
        _ = inner?.decode(piece.span.extracting(skipped..<skipped + taken), into: &buffer)
        if !isMore || left == 0 || inner?.hasEnded == true {
            inner?.finish(into: &buffer, defects: &innerLog)
            hasEnded = true
        }
        return true
    }
}
