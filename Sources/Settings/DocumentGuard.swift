/// What is looked at before a document is given to the YAML parser: its size, its depth, and what is not taken.
///
/// Anchors and aliases are not taken: they are how ten lines become a billion, and a value that stands elsewhere is
/// hard to find for whoever reads the file at night. Since `*` begins an alias, a pattern without quotes gets an
/// error that says what to do.
struct DocumentGuard {
    /// The largest document, in octets.
    static let largest = 4 << 20
    /// The most brackets inside one another.
    static let deepest = 32
    /// The furthest column at which a value may begin by indentation.
    static let mostIndentation = 128
    /// The most errors of this kind that are told.
    static let mostErrors = 20

    private let source: String
    private var diagnostics: [Diagnostic] = []
    private var depth = 0
    private var quote: Unicode.Scalar?
    /// The indentation of the line that began a block scalar; its lines are indented further.
    private var blockScalar: Int?

    private init(source: String) {
        self.source = source
    }

    /// What is wrong with `text`.
    static func check(_ text: String, source: String) -> [Diagnostic] {
        guard text.utf8.count <= largest else {
            let place = Place(source: source, line: 1, column: 1)
            return [Diagnostic(.error, at: place, "the file is larger than \(largest >> 20) MiB")]
        }
        var guarding = DocumentGuard(source: source)
        for (index, line) in lines(of: text).enumerated() {
            guarding.check(Array(line.unicodeScalars), number: index + 1)
            if guarding.diagnostics.count >= mostErrors { break }
        }
        return guarding.diagnostics
    }

    private mutating func check(_ line: [Unicode.Scalar], number: Int) {
        let indentation = line.firstIndex { $0 != " " } ?? line.count
        guard !isInBlockScalar(line, indentation) else { return }
        var position = quote == nil ? indentation : 0
        var beginsNode = quote == nil
        while position < line.count {
            let scalar = line[position]
            if let open = quote {
                position = skipQuoted(line, position, open)
                beginsNode = false
            } else if scalar == "#", position == 0 || line[position - 1] == " " {
                break
            } else if beginsNode, let next = indicator(line, position, number) {
                position = next
            } else if depth > 0, let next = reference(line, position, number) {
                (position, beginsNode) = (next, false)
            } else {
                beginsNode = step(line, position, number) || beginsNode && (scalar == " " || scalar == "\t")
                position += 1
            }
        }
        if quote == nil, depth == 0, beginsBlockScalar(line) { blockScalar = indentation }
    }

    /// Handles what may only stand at the beginning of a value; `nil`: nothing of the kind stands here.
    private mutating func indicator(_ line: [Unicode.Scalar], _ position: Int, _ number: Int) -> Int? {
        let scalar = line[position]
        let next = position + 1 < line.count ? line[position + 1] : " "
        switch scalar {
        case "\"", "'":
            quote = scalar
            return position + 1
        case "-" where next == " " && depth == 0, "?" where next == " ":
            guard position <= Self.mostIndentation else {
                report("the values are nested too deep", number, position)
                return line.count
            }
            return position + 1
        case "&" where next != " ":
            report(
                "an anchor (\"&…\") is not taken", number, position, "write the value out where it is needed")
            return line.count
        case "*":
            let word = line[position...].prefix { !" ,]}\t\r".unicodeScalars.contains($0) }
            let text = String(String.UnicodeScalarView(word))
            report(
                "\"*\" at the beginning of a value is an alias in YAML", number, position,
                "write it in quotes: \"\(text)\"")
            return position + text.unicodeScalars.count
        default:
            return nil
        }
    }

    /// Handles a reference between brackets, where its braces would be YAML's; `nil`: none stands here.
    private mutating func reference(_ line: [Unicode.Scalar], _ position: Int, _ number: Int) -> Int? {
        guard line[position] == "$", position + 1 < line.count, line[position + 1] == "{" else { return nil }
        let end = line[position...].firstIndex(of: "}") ?? line.count - 1
        let text = String(String.UnicodeScalarView(line[position...end]))
        report(
            "a reference must stand in quotes between brackets", number, position,
            "write the value in quotes: \"\(text)\"")
        return end + 1
    }

    /// Takes one scalar outside quotes; whether a value may begin behind it.
    private mutating func step(_ line: [Unicode.Scalar], _ position: Int, _ number: Int) -> Bool {
        let next = position + 1 < line.count ? line[position + 1] : " "
        switch line[position] {
        case "[", "{":
            guard depth > 0 || beginsFlow(line, position) else { return false }
            depth += 1
            if depth == Self.deepest + 1 { report("the values are nested too deep", number, position) }
            return true
        case "]", "}":
            guard depth > 0 else { return false }
            depth -= 1
            guard " \t\r,]}:#".unicodeScalars.contains(next) else {
                report("text with \"{\" and \"}\" must stand in quotes here", number, position)
                return false
            }
            return false
        case ",": return depth > 0
        case ":": return next == " " || next == "\r" || depth > 0 && line[max(0, position - 1)] == "\""
        default: return false
        }
    }

    /// Whether a bracket outside of others is one of YAML's: it begins a value.
    private func beginsFlow(_ line: [Unicode.Scalar], _ position: Int) -> Bool {
        guard let last = line[..<position].lastIndex(where: { $0 != " " && $0 != "\t" }) else { return true }
        return last < position - 1 && (line[last] == ":" || line[last] == "-" || line[last] == "?")
    }

    private mutating func skipQuoted(_ line: [Unicode.Scalar], _ position: Int, _ open: Unicode.Scalar) -> Int
    {
        if open == "\"", line[position] == "\\" { return position + 2 }
        guard line[position] == open else { return position + 1 }
        if open == "'", position + 1 < line.count, line[position + 1] == "'" { return position + 2 }
        quote = nil
        return position + 1
    }

    private mutating func isInBlockScalar(_ line: [Unicode.Scalar], _ indentation: Int) -> Bool {
        guard let outer = blockScalar else { return false }
        if indentation == line.count || indentation > outer { return true }
        blockScalar = nil
        return false
    }

    private func beginsBlockScalar(_ line: [Unicode.Scalar]) -> Bool {
        let words = line.split { $0 == " " || $0 == "\r" }.prefix { $0.first != "#" }
        guard let last = words.last, words.count > 1, last.first == "|" || last.first == ">" else {
            return false
        }
        return last.dropFirst().allSatisfy { "+-123456789".unicodeScalars.contains($0) }
    }

    private mutating func report(_ message: String, _ line: Int, _ position: Int, _ suggestion: String? = nil)
    {
        let place = Place(source: source, line: line, column: position + 1)
        diagnostics.append(Diagnostic(.error, at: place, message, suggestion: suggestion))
    }
}
