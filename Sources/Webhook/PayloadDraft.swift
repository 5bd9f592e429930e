import Cryptography
import Mail

/// A payload while it is written: JSON in memory, and the contents that are too long for it.
///
/// A content stands in the JSON itself as long as all of them together stay below `memoryLimit`; a longer one is
/// only measured, and becomes an insert. So both forms of a payload are written by the same code and have the same
/// octets. Buffers are kept from one payload to the next.
struct PayloadDraft: ~Copyable {
    /// Octets of contents, in the form they are sent, that may stand in memory.
    static let memoryLimit = 1 << 20
    /// Octets of a buffer that are kept for the next payload.
    static let keptCapacity = 256 << 10
    /// Octets at the beginning of a content by which its type is told.
    static let headSize = 512

    /// What is written so far.
    var json = JSONWriter()
    private var inserts: [PayloadInsert] = []
    private var room = PayloadDraft.memoryLimit
    private var window: [UInt8] = []
    private var digest = MessageDigest(.sha256)

    /// What was found out about a content by reading it once.
    struct Measure {
        /// How many octets it has.
        var size = 0
        /// Their SHA-256.
        var sha256: [UInt8] = []
        /// The first octets, at most `headSize`.
        var head: [UInt8] = []
        /// Whether all of it is in the draft's window.
        fileprivate var isKept = true
    }

    /// Writes a string with `text`, which ought to be UTF-8; returns the reader, which has come to the end.
    mutating func string<Text: PayloadContent>(of text: Text) throws -> Text.Reader {
        json.beginString()
        let start = json.bytes.count
        var length = 0
        var reader = try text.open()
        window.removeAll(keepingCapacity: true)
        while try reader.next(into: &window) {
            writePiece()
            window.removeAll(keepingCapacity: true)
            cutIfTooLong(from: start, length: &length)
        }
        json.finishPieces()
        cutIfTooLong(from: start, length: &length)
        if length > 0 {
            inserts.append(
                PayloadInsert(offset: start, length: length, content: JSONStringContent(text: text)))
        } else {
            room -= json.bytes.count - start
        }
        json.endString()
        return reader
    }

    /// Reads `content` to its end; a short one stays in memory for the `base64` that follows.
    ///
    /// Returns the reader too, which has come to the end.
    mutating func measure<Content: PayloadContent>(_ content: Content) throws -> (Measure, Content.Reader) {
        var measure = Measure()
        var reader = try content.open()
        window.removeAll(keepingCapacity: true)
        while true {
            let start = window.count
            guard try reader.next(into: &window) else { break }
            updateDigest(from: start)
            measure.size += window.count - start
            if measure.head.count < Self.headSize {
                measure.head += window[start...].prefix(Self.headSize - measure.head.count)
            }
            if measure.isKept, Base64.encodedCount(measure.size) > room { measure.isKept = false }
            if !measure.isKept { window.removeAll(keepingCapacity: true) }
        }
        measure.sha256 = digest.finish()
        return (measure, reader)
    }

    /// Writes a string with the base64 of the content that was measured last.
    mutating func base64(of content: some PayloadContent, measuredAs measure: Measure) throws {
        json.beginString()
        if measure.isKept {
            let start = json.bytes.count
            let octets = window
            Base64.append(octets.span, to: &json.bytes)
            room -= json.bytes.count - start
        } else {
            try insertBase64(of: content, size: measure.size)
        }
        json.endString()
    }

    /// Writes a string with the base64 of `message`.
    mutating func base64(of message: WholeMessage) throws {
        json.beginString()
        let length = Base64.encodedCount(message.count)
        if length <= room {
            room -= length
            json.bytes.reserveCapacity(json.bytes.count + length)
            var encoder = Base64Encoder()
            try message.forEachPiece { piece in encoder.encode(piece, into: &json.bytes) }
            encoder.finish(into: &json.bytes)
        } else {
            try insertBase64(of: message, size: message.count)
        }
        json.endString()
    }

    /// The SHA-256 of `message`.
    mutating func sha256(of message: WholeMessage) throws -> [UInt8] {
        try message.forEachPiece { piece in digest.update(piece) }
        return digest.finish()
    }

    /// The body that was written; the draft is empty again.
    mutating func finish() -> PayloadBody {
        defer { reset() }
        guard inserts.isEmpty else {
            return .stream(PayloadStream(frame: json.bytes, inserts: inserts))
        }
        guard json.bytes.capacity <= Self.keptCapacity else { return .memory(json.bytes) }
        var octets: [UInt8] = []
        octets.append(contentsOf: json.bytes)
        return .memory(octets)
    }

    /// Empties the draft after an error in the middle of a payload, or of a digest.
    mutating func abandon() {
        _ = digest.finish()
        reset()
    }

    /// Empties the draft; buffers that have become large are given back.
    private mutating func reset() {
        inserts = []
        room = Self.memoryLimit
        if window.capacity > Self.keptCapacity { window = [] }
        if json.bytes.capacity > Self.keptCapacity { json.bytes = [] }
        json.reset()
    }

    private mutating func insertBase64(of octets: some PayloadContent, size: Int) throws {
        let content = try octets.encoded(size: size) ?? Base64Content(octets: octets)
        inserts.append(
            PayloadInsert(offset: json.bytes.count, length: Base64.encodedCount(size), content: content))
    }

    private mutating func writePiece() {
        let octets = window
        json.piece(octets.span)
    }

    private mutating func updateDigest(from start: Int) {
        let octets = window
        digest.update(octets.span.extracting(start...))
    }

    /// Takes away what stands behind `start`, and adds it to `length`, when the string is or was already too long.
    private mutating func cutIfTooLong(from start: Int, length: inout Int) {
        let count = json.bytes.count - start
        guard length > 0 || count > room else { return }
        json.bytes.removeLast(count)
        length += count
    }
}

/// The inside of a JSON string with a text.
private struct JSONStringContent: PayloadContent {
    let text: any PayloadContent

    func open() throws -> EncodedPull<JSONStringEncoder> {
        EncodedPull(try text.open(), by: JSONStringEncoder())
    }
}

/// The base64 of octets.
private struct Base64Content: PayloadContent {
    let octets: any PayloadContent

    func open() throws -> EncodedPull<Base64Encoder> {
        EncodedPull(try octets.open(), by: Base64Encoder())
    }
}
