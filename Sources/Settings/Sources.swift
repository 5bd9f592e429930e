/// The files of a configuration, read and merged; their lines are kept for error messages.
struct Sources {
    /// How many errors and warnings are told at once.
    static let mostDiagnostics = 200

    /// What was wrong with the files themselves.
    private(set) var diagnostics: [Diagnostic] = []
    private let surroundings: Surroundings
    private var linesBySource: [String: [Substring]] = [:]
    private var order: [String] = []

    /// No files.
    init(_ surroundings: Surroundings) {
        self.surroundings = surroundings
    }

    /// Whether some file could not be read.
    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// Reads one file.
    mutating func read(_ path: String) -> Written? {
        do throws(FileProblem) {
            return parse(try surroundings.readFile(path).octets, path: path)
        } catch {
            switch error {
            case .missing:
                let hint =
                    "give another with --config, or run without a file: TRANSOM_WEBHOOK_URL=… transom serve"
                diagnostics.append(Diagnostic(.error, at: nil, "there is no file \(path)", suggestion: hint))
            case .unreadable(let reason):
                diagnostics.append(Diagnostic(.error, at: nil, "\(path) cannot be read: \(reason)"))
            }
            return nil
        }
    }

    /// Adds `conf.d/*.yaml` beside `file`, in the order of their names.
    mutating func readFolder(beside file: String, into tree: inout Written?) {
        let parent = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
        let folder = parent + "conf.d"
        for name in surroundings.listFolder(folder).sorted()
        where name.hasSuffix(".yaml") && !name.hasPrefix(".") {
            guard let part = read("\(folder)/\(name)") else { continue }
            var found: [Diagnostic] = []
            if tree == nil { tree = part } else { tree?.add(part, path: []) { found.append($0) } }
            diagnostics += found
        }
    }

    private mutating func parse(_ octets: [UInt8], path: String) -> Written? {
        order.append(path)
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let body = octets.starts(with: mark) ? octets.dropFirst(3) : octets[...]
        guard let text = String(validating: body, as: UTF8.self) else {
            let line = body.prefix(validUTF8Length(body)).count { $0 == UInt8(ascii: "\n") } + 1
            diagnostics.append(
                Diagnostic(
                    .error, at: Place(source: path, line: line, column: 1), "the file is no UTF-8 text"))
            return nil
        }
        linesBySource[path] = lines(of: text)
        let document = YAMLDocument(text, source: path)
        diagnostics += document.diagnostics
        return document.root
    }

    /// The diagnostics in the order of files and lines, each once, with their lines.
    func complete(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        var seen: Set<Diagnostic> = []
        let sorted = diagnostics.filter { seen.insert($0).inserted }.enumerated()
            .sorted { (key($0.element.place), $0.offset) < (key($1.element.place), $1.offset) }
        let told = sorted.prefix(Self.mostDiagnostics).map { withLine($0.element) }
        guard sorted.count > told.count else { return told }
        let rest = sorted.dropFirst(told.count).map(\.element)
        let severity: Diagnostic.Severity = rest.contains { $0.severity == .error } ? .error : .warning
        return told + [Diagnostic(severity, at: nil, "and \(rest.count) more errors and warnings")]
    }

    private func key(_ place: Place?) -> (Int, Int, Int) {
        guard let place else { return (-1, 0, 0) }
        return (order.firstIndex(of: place.source) ?? order.count, place.line, place.column)
    }

    private func withLine(_ diagnostic: Diagnostic) -> Diagnostic {
        var diagnostic = diagnostic
        guard diagnostic.sourceLine == nil, let place = diagnostic.place,
            let lines = linesBySource[place.source],
            lines.indices.contains(place.line - 1)
        else { return diagnostic }
        diagnostic.sourceLine = String(lines[place.line - 1])
        return diagnostic
    }
}

/// How many octets at the front are UTF-8; only asked for when not all of them are.
private func validUTF8Length(_ octets: ArraySlice<UInt8>) -> Int {
    var length = 0
    for line in octets.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
        guard String(validating: line, as: UTF8.self) != nil else { break }
        length += line.count + 1
    }
    return length
}

private func < (left: ((Int, Int, Int), Int), right: ((Int, Int, Int), Int)) -> Bool {
    left.0 == right.0 ? left.1 < right.1 : left.0 < right.0
}
