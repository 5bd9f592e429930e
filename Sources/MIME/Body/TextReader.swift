/// Reads the text of a part as UTF-8, piece by piece: transfer- and charset-decoded, and nothing else.
///
/// Which charset it is in shows only when all of it has been seen: a text longer than one piece is read
/// twice.
package struct TextReader {
    /// The charset declared and the one used, known once the first piece has been read.
    package private(set) var charset: CharsetChoice?
    /// What was wrong with encoding and charset, known at the end.
    package private(set) var log: DefectLog
    private var reader: PartReader
    private let declared: String?
    private let isHTML: Bool
    /// `nil` before the first piece, and for a text that needs none.
    private var decoder: CharsetDecoder?
    /// Decoded octets that wait for the charset.
    private var waiting: [UInt8] = []
    private var state = State.unread

    private enum State {
        case unread, reading, ended
    }

    /// The text that `reader` gives the octets of.
    init(_ reader: PartReader, declared: String?, isHTML: Bool) {
        self.reader = reader
        self.declared = declared
        self.isHTML = isHTML
        log = reader.log
    }

    /// Appends the next piece of text to `buffer`; `false` when there is no more.
    package mutating func next(into buffer: inout [UInt8]) throws -> Bool {
        if state == .unread { try begin() }
        guard state != .ended else { return false }
        guard let decoder else { return giveAll(to: &buffer) }
        if waiting.isEmpty {
            guard try reader.next(into: &waiting) else {
                decoder.finish(into: &buffer)
                end(replaced: decoder.replaced)
                return true
            }
        }
        let octets = waiting
        waiting = []
        decoder.decode(octets.span, into: &buffer)
        return true
    }

    /// Gives a text that is UTF-8 as it stands; it is short, and all of it waits.
    private mutating func giveAll(to buffer: inout [UInt8]) -> Bool {
        append(waiting.span, to: &buffer)
        waiting = []
        end(replaced: 0)
        return true
    }

    /// Goes back to the beginning.
    package mutating func rewind() {
        reader.rewind()
        waiting = []
        state = .unread
    }

    /// Finds out the charset, on the first pass; the first piece is kept when it is all.
    private mutating func begin() throws {
        state = .reading
        if let charset {
            decoder = CharsetDecoder(charset.used)
            return
        }
        var detector = CharsetDetector(declared: declared, isHTML: isHTML)
        var piece: [UInt8] = []
        var pieces = 0
        while try reader.next(into: &piece) {
            guard !piece.isEmpty else { continue }
            detector.feed(piece.span)
            pieces += 1
            waiting = pieces == 1 ? piece : []
            piece = []
        }
        if pieces > 1 { reader.rewind() }
        let choice = detector.finish()
        charset = choice
        let needsNone = pieces == 1 && choice.used == .utf8 && detector.isPlainUTF8
        decoder = needsNone ? nil : CharsetDecoder(choice.used)
    }

    private mutating func end(replaced: Int) {
        state = .ended
        log = reader.log
        if let defect = charset?.defect { log.report(defect) }
        log.report(.charsetReplaced, count: replaced)
    }
}
