import Yams

/// Reads one YAML document into `Written` values, with the place of every one of them.
///
/// The tree comes from Yams; types do not: a scalar is text here, and the option it is for says what it means. Keys
/// that stand twice are found one at a time by Yams, so each is renamed in a copy of the text, column for column, and
/// the copy is read again: that is how all of them are reported at once.
struct YAMLDocument {
    /// The most keys that are reported as standing twice.
    static let mostDuplicates = 32

    /// What was read; `nil` when the text is no YAML, or none that is taken.
    private(set) var root: Written?
    /// What is wrong with it.
    private(set) var diagnostics: [Diagnostic] = []
    private let source: String
    private let text: String
    private var duplicates: [String: Duplicate] = [:]

    private struct Duplicate {
        let key: String
        let place: Place
    }

    /// Reads `text`, which came from `source`.
    init(_ text: String, source: String) {
        self.source = source
        self.text = text
        diagnostics = DocumentGuard.check(text, source: source)
        guard diagnostics.isEmpty else { return }
        read(text)
    }

    private mutating func read(_ text: String) {
        var text = text
        for _ in 0...Self.mostDuplicates {
            do {
                let node = try Yams.compose(yaml: text, .basic, .default, .utf8)
                root = node.map { written($0) } ?? .empty(source: source)
                return
            } catch YamlError.duplicatedKeysInMapping(_, let context) {
                guard let renamed = rename(context.mark, in: text) else { return }
                text = renamed
            } catch let error as YamlError {
                return diagnostics.append(diagnostic(for: error))
            } catch {
                return diagnostics.append(Diagnostic(.error, at: nil, "\(source) cannot be read as YAML"))
            }
        }
    }

    /// Writes a name that no file has over the key at `mark`, and remembers it.
    private mutating func rename(_ mark: Mark, in text: String) -> String? {
        var lines = lines(of: text).map { Array($0.unicodeScalars) }
        let place = Place(mark, source: source)
        guard lines.indices.contains(mark.line - 1),
            let stand = Unicode.Scalar(0xE000 + UInt32(duplicates.count)),
            let range = keyRange(in: lines[mark.line - 1], from: mark.column - 1)
        else {
            diagnostics.append(Diagnostic(.error, at: place, "a key stands twice in this map"))
            return nil
        }
        let key = string(lines[mark.line - 1][range])
        for index in range { lines[mark.line - 1][index] = stand }
        duplicates[string(lines[mark.line - 1][range])] = Duplicate(key: key, place: place)
        return lines.map { string($0[...]) }.joined(separator: "\n")
    }

    private func keyRange(in line: [Unicode.Scalar], from start: Int) -> Range<Int>? {
        guard line.indices.contains(start) else { return nil }
        let quote = line[start]
        guard quote == "\"" || quote == "'" else {
            let end =
                line[start...].firstIndex { $0 == ":" || $0 == " " || $0 == "," || $0 == "}" }
                ?? line.endIndex
            return start < end ? start..<end : nil
        }
        guard let end = line[(start + 1)...].firstIndex(of: quote), end > start + 1 else { return nil }
        return (start + 1)..<end
    }

    private mutating func written(_ node: Node) -> Written {
        let place = Place(node.mark, source: source)
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain
            guard !isPlain || !["", "~", "null", "Null", "NULL"].contains(scalar.string) else {
                return Written(content: .null, place: place)
            }
            let isQuoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
            return Written(content: .scalar(scalar.string), place: place, inset: isQuoted ? 1 : 0)
        case .sequence(let sequence):
            return Written(content: .list(sequence.map { written($0) }), place: place)
        case .mapping(let mapping):
            return Written(content: .map(entries(of: mapping)), place: place)
        case .alias:
            diagnostics.append(Diagnostic(.error, at: place, "aliases are not taken"))
            return Written(content: .null, place: place)
        }
    }

    private mutating func entries(of mapping: Node.Mapping) -> [Written.Entry] {
        var entries: [Written.Entry] = []
        for (key, value) in mapping {
            let place = Place(key.mark, source: source)
            guard case .scalar(let scalar) = key else {
                diagnostics.append(Diagnostic(.error, at: place, "a key must be a single value"))
                continue
            }
            if let duplicate = duplicates[scalar.string] {
                report(duplicate, in: mapping)
                _ = written(value)
            } else {
                entries.append(Written.Entry(key: scalar.string, place: place, value: written(value)))
            }
        }
        return entries
    }

    private mutating func report(_ duplicate: Duplicate, in mapping: Node.Mapping) {
        let second = mapping.first { $0.key.scalar?.string == duplicate.key }?.key.mark
        let place = second.map { Place($0, source: source) } ?? duplicate.place
        diagnostics.append(
            Diagnostic(
                .error, at: place, "key \"\(duplicate.key)\" stands twice",
                suggestion: "the first is in line \(duplicate.place.line)"))
    }

    private func isTab(at mark: Mark) -> Bool {
        let lines = lines(of: text)
        guard lines.indices.contains(mark.line - 1) else { return false }
        return lines[mark.line - 1].unicodeScalars.dropFirst(mark.column - 1).first == "\t"
    }

    /// What helps against a problem of YAML's, whose words are not for everybody.
    private func cure(_ problem: String, at mark: Mark) -> String? {
        if problem.contains("cannot start any token") {
            return isTab(at: mark) ? "this is a tab: indent with spaces" : nil
        }
        if problem.contains("mapping values are not allowed")
            || problem.contains("could not find expected ':'")
        {
            return
                "a key above lacks its colon, a line is indented otherwise than its neighbours, or text with \": \" lacks quotes"
        }
        if problem.contains("did not find expected key") || problem.contains("did not find expected '-'") {
            return "this line is indented otherwise than its neighbours"
        }
        return nil
    }

    /// Where what `context` names begins, if that is in a line before `mark`.
    private func begin(of context: YamlError.Context, before mark: Mark) -> String {
        context.text.hasPrefix("while") && context.mark.line < mark.line
            ? ", which begins in line \(context.mark.line)" : ""
    }

    private func diagnostic(for error: YamlError) -> Diagnostic {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let detail = context.map { " (\($0.text)\(begin(of: $0, before: mark)))" } ?? ""
            return Diagnostic(
                .error, at: Place(mark, source: source), "no YAML: \(problem)\(detail)",
                suggestion: cure(problem, at: mark))
        case .reader(let problem, _, _, _):
            return Diagnostic(.error, at: Place(source: source, line: 1, column: 1), "no YAML: \(problem)")
        default:
            return Diagnostic(.error, at: Place(source: source, line: 1, column: 1), "cannot be read as YAML")
        }
    }
}

extension Place {
    /// The place that Yams marks; every node that was read has one.
    fileprivate init(_ mark: Mark?, source: String) {
        self.init(source: source, line: mark?.line ?? 1, column: mark?.column ?? 1)
    }
}

/// The lines of `text`, without their ends.
func lines(of text: String) -> [Substring] {
    // By octets: to Swift, CR LF is one character that is no line feed.
    text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
        Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
}

private func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(scalars))
}
