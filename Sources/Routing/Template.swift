import Mail

/// Text with `{name}`s in it; `{{` and `}}` stand for the braces themselves.
struct Template: Hashable, Sendable {
    /// A piece of the text.
    enum Piece: Hashable, Sendable {
        /// Text that stands for itself.
        case text(String)
        /// A name whose capture stands here.
        case capture(String)
    }

    /// The pieces in order.
    let pieces: [Piece]

    /// The template of these pieces.
    init(pieces: [Piece]) {
        self.pieces = pieces
    }

    /// Reads `text`.
    init(_ text: String) throws(TemplateError) {
        var reader = TemplateReader(text)
        pieces = try reader.read()
    }

    /// The names in it.
    var names: [String] {
        pieces.compactMap { piece in
            if case .capture(let name) = piece { name } else { nil }
        }
    }

    /// The text with every capture written by `escape`; one that is missing is empty.
    func render(_ captures: [Capture], escape: (String) -> String) -> String {
        pieces.reduce(into: "") { text, piece in
            switch piece {
            case .text(let literal): text += literal
            case .capture(let name): text += escape(captures.first { $0.name == name }?.value ?? "")
            }
        }
    }
}

/// Why a text is no template.
package enum TemplateError: Error, Equatable {
    /// A brace has no partner; `offset` scalars stand before it.
    case unbalancedBrace(offset: Int)
    /// What stands between the braces is no name.
    case badName(String, offset: Int)
    /// The URL has neither `http://` nor `https://` in front, or no host behind it.
    case notHTTP
    /// A capture stands where the host is.
    case captureInHost
    /// The host is no domain and no address.
    case badHost(String)
    /// The port is none.
    case badPort(String)
    /// A character that a URL or header must not hold.
    case badCharacter(offset: Int)
    /// A fragment, which is never sent.
    case fragment
}

/// Whether `name` may stand between braces: a letter or `_`, then letters, digits and `_`.
func isCaptureName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(0x30...0x39).contains(first), name.utf8.count <= 64 else {
        return false
    }
    return name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

private struct TemplateReader {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var pieces: [Template.Piece] = []
    private var literal = ""

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    mutating func read() throws(TemplateError) -> [Template.Piece] {
        while position < scalars.count {
            let scalar = scalars[position]
            if scalar == "{" || scalar == "}" { try readBrace(scalar) } else { take(scalar, width: 1) }
        }
        endLiteral()
        return pieces
    }

    private mutating func readBrace(_ brace: Unicode.Scalar) throws(TemplateError) {
        if position + 1 < scalars.count, scalars[position + 1] == brace { return take(brace, width: 2) }
        guard brace == "{", let end = scalars[position...].firstIndex(of: "}") else {
            throw .unbalancedBrace(offset: position)
        }
        var name = ""
        name.unicodeScalars.append(contentsOf: scalars[(position + 1)..<end])
        guard isCaptureName(name) else { throw .badName(name, offset: position) }
        endLiteral()
        pieces.append(.capture(name))
        position = end + 1
    }

    private mutating func take(_ scalar: Unicode.Scalar, width: Int) {
        literal.unicodeScalars.append(scalar)
        position += width
    }

    private mutating func endLiteral() {
        if !literal.isEmpty { pieces.append(.text(literal)) }
        literal = ""
    }
}
