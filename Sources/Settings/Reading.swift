import Mail

/// What goes along while a configuration is read: where we are, what was wrong, whom to ask for files.
struct Reading {
    /// What was wrong so far.
    private(set) var diagnostics: [Diagnostic] = []
    /// The machine.
    let surroundings: Surroundings
    /// What separates a local part from its tag; patterns need to know.
    var subaddress: Character?
    /// Required options that may be missing here.
    var exempt: Set<String> = []
    /// The keys on the way here, as written: `endpoints`, `app`, `url`.
    private(set) var path: [String] = []
    /// The same as the options are declared: `endpoints{}.url`.
    private(set) var option = ""

    /// A reading at the top.
    init(_ surroundings: Surroundings) {
        self.surroundings = surroundings
    }

    /// The way here as text: `endpoints.app`, or words for the top.
    var pathText: String { path.isEmpty ? "the configuration" : path.joined(separator: ".") }

    /// Runs `body` one step further down.
    mutating func descend<Result>(_ key: String, declaredAs name: String, _ body: (inout Reading) -> Result)
        -> Result
    {
        let outer = option
        path.append(key)
        option += name.hasPrefix("[") || name.hasPrefix("{") || option.isEmpty ? name : "." + name
        defer {
            path.removeLast()
            option = outer
        }
        return body(&self)
    }

    /// Notes an error.
    mutating func error(
        _ place: Place?, _ message: String, _ suggestion: String? = nil, isSecret: Bool = false
    ) {
        diagnostics.append(Diagnostic(.error, at: place, message, suggestion: suggestion, isSecret: isSecret))
    }

    /// Notes a warning.
    mutating func warning(_ place: Place?, _ message: String, _ suggestion: String? = nil) {
        diagnostics.append(Diagnostic(.warning, at: place, message, suggestion: suggestion))
    }

    /// Notes what somebody else found.
    mutating func report(_ diagnostic: Diagnostic) {
        diagnostics.append(diagnostic)
    }

    /// Whether something was wrong enough.
    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// The text of a scalar with every `${…}` in it replaced; `nil`, and an error, when there is none.
    mutating func text(_ written: Written) -> String? {
        if case .null = written.content {
            error(written.place, "\"\(pathText)\" needs a value")
            return nil
        }
        guard case .scalar(let text) = written.content else {
            error(written.place, "\"\(pathText)\" takes a single value, not \(written.form)")
            return nil
        }
        return text.contains("$") ? interpolated(text, in: written) : text
    }

    /// The place `offset` scalars into the text of `written`, as long as it stands in one line.
    func place(_ offset: Int, in written: Written) -> Place {
        let start = written.place
        return Place(source: start.source, line: start.line, column: start.column + written.inset + offset)
    }
}
