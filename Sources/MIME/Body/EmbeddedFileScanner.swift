/// Finds files inside a text: uuencoded ones and yEnc ones, line by line.
///
/// The text stays as it is.
struct EmbeddedFileScanner: LineDecoder {
    /// A file inside a text.
    struct File: Equatable {
        /// What it is wrapped in.
        let source: Attachment.Source
        /// The name on its first line.
        let name: [UInt8]
        /// Where its first line begins.
        let place: Int
        /// Octets of its lines.
        fileprivate(set) var length = 0
    }

    /// Files that are given of a text that is transfer-encoded: each has to be looked for from the beginning.
    static let fewest = 8
    /// Files that are told apart in one text.
    private static let most = 1_000

    /// The files found so far.
    private(set) var files: [File] = []
    private var offset = 0
    private var state = State.text
    /// The file whose lines are being read, if it is one of `files`.
    private var current: Int?

    private enum State {
        /// Between files.
        case text
        /// Behind a `begin` line; what follows must look like data.
        case afterBegin(name: [UInt8], place: Int)
        case uuencode, yenc
    }

    /// Looks at a line; nothing is put out.
    mutating func decode(line: Span<UInt8>, into output: inout [UInt8]) {
        let place = offset
        offset += line.count
        var end = line.count
        while end > 0, line[end - 1] == 0x0A || line[end - 1] == 0x0D { end -= 1 }
        look(at: line.extracting(0..<end), place: place)
    }

    /// Ends a file that has no last line; nothing is put out.
    mutating func finish(into output: inout [UInt8]) {
        end(at: offset)
    }

    private mutating func look(at text: Span<UInt8>, place: Int) {
        switch state {
        case .text:
            begin(text, place: place)
        case .afterBegin(let name, let begin):
            let isEnd = text.equalsIgnoringCase("end")
            state = .text
            guard isEnd || (UuencodeDecoder.isData(text) && text.count >= 2) else { return }
            add(File(source: .uuencode, name: name, place: begin))
            if isEnd { end(at: offset) } else { state = .uuencode }
        case .uuencode:
            if text.equalsIgnoringCase("end") {
                end(at: offset)
            } else if text.count > 0, !UuencodeDecoder.isData(text) {
                end(at: place)
            }
        case .yenc:
            if text.startsIgnoringCase(with: "=yend") { end(at: offset) }
        }
    }

    private mutating func begin(_ text: Span<UInt8>, place: Int) {
        guard text.count >= 8 else { return }
        if text[0] == UInt8(ascii: "b"), let name = UuencodeDecoder.nameOffset(ofBegin: text) {
            state = .afterBegin(name: text.extracting(name..<text.count).copied, place: place)
        } else if text[0] == UInt8(ascii: "="), text.startsIgnoringCase(with: "=ybegin ") {
            state = .yenc
            add(File(source: .yenc, name: YencDecoder.name(in: text) ?? [], place: place))
        }
    }

    private mutating func add(_ file: File) {
        guard files.count < Self.most else { return }
        current = files.count
        files.append(file)
    }

    private mutating func end(at place: Int) {
        state = .text
        guard let file = current else { return }
        files[file].length = place - files[file].place
        current = nil
    }
}
