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
    }

    /// Files that are given of a text that is transfer-encoded: each has to be looked for from the beginning.
    static let fewest = 8
    /// Files that are told apart in one text.
    private static let most = 1_000

    /// The files found so far.
    private(set) var files: [File] = []
    private var offset = 0
    private var state = State.text

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

    /// Nothing is left at the end.
    mutating func finish(into output: inout [UInt8]) {}

    private mutating func look(at text: Span<UInt8>, place: Int) {
        switch state {
        case .text:
            begin(text, place: place)
        case .afterBegin(let name, let begin):
            let isData = UuencodeDecoder.isData(text) && text.count >= 2
            state = isData || text.equalsIgnoringCase("end") ? .uuencode : .text
            if case .uuencode = state { add(File(source: .uuencode, name: name, place: begin)) }
            if text.equalsIgnoringCase("end") { state = .text }
        case .uuencode:
            if text.equalsIgnoringCase("end") || (text.count > 0 && !UuencodeDecoder.isData(text)) {
                state = .text
            }
        case .yenc:
            if text.startsIgnoringCase(with: "=yend") { state = .text }
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
        if files.count < Self.most { files.append(file) }
    }
}
