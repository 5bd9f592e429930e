/// A value of the configuration as it was written, with its place.
struct Written: Sendable {
    /// What was written.
    var content: Content
    /// Where it begins.
    let place: Place
    /// Columns between the beginning and the first character of a scalar: 1 where it stands in quotes.
    var inset = 0

    /// What was written.
    indirect enum Content: Sendable {
        /// Nothing, `~` or `null`.
        case null
        /// A scalar, whatever it looks like: the option's kind says what it means.
        case scalar(String)
        /// A list.
        case list([Written])
        /// A map, each key once.
        case map([Entry])
    }

    /// One key of a map.
    struct Entry: Sendable {
        /// The key.
        let key: String
        /// Where the key begins.
        let place: Place
        /// Its value.
        var value: Written
    }

    /// The value under `key`, if this is a map that has it.
    subscript(key: String) -> Written? {
        guard case .map(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// Whether it is a map.
    var isMap: Bool {
        if case .map = content { true } else { false }
    }

    /// What it is, for error messages.
    var form: String {
        switch content {
        case .null: "nothing"
        case .scalar: "a single value"
        case .list: "a list"
        case .map: "a map"
        }
    }

    /// An empty map.
    static func empty(source: String) -> Written {
        Written(content: .map([]), place: Place(source: source, line: 1, column: 1))
    }
}

extension Written {
    /// Adds what a further file says: maps merge, lists are appended, and what is set twice is an error that names
    /// both places.
    mutating func add(_ other: Written, path: [String], report: (Diagnostic) -> Void) {
        switch (content, other.content) {
        case (_, .null): break
        case (.null, _): self = other
        case (.list(let first), .list(let second)): content = .list(first + second)
        case (.map(let first), .map(let second)):
            content = .map(merge(first, second, path: path, report: report))
        case (.scalar, _), (.list, _), (.map, _):
            report(
                Diagnostic(
                    .error, at: other.place, "\"\(path.joined(separator: "."))\" is set twice",
                    suggestion: "it is also set at \(place)"))
        }
    }

    private func merge(
        _ first: [Entry], _ second: [Entry], path: [String], report: (Diagnostic) -> Void
    ) -> [Entry] {
        second.reduce(into: first) { entries, entry in
            if let index = entries.firstIndex(where: { $0.key == entry.key }) {
                entries[index].value.add(entry.value, path: path + [entry.key], report: report)
            } else {
                entries.append(entry)
            }
        }
    }

    /// Puts what has precedence in the place of what was there; of maps, key by key.
    mutating func override(with other: Written) {
        guard case .map(var entries) = content, case .map(let others) = other.content else {
            self = other
            return
        }
        for entry in others {
            if let index = entries.firstIndex(where: { $0.key == entry.key }) {
                entries[index].value.override(with: entry.value)
            } else {
                entries.append(entry)
            }
        }
        content = .map(entries)
    }

    /// The value at `path`, whose keys match those of existing maps without regard to case.
    init(_ value: Written, at path: [String], in base: Written?) {
        guard let first = path.first else {
            self = value
            return
        }
        let existing = base.flatMap { Written.entry(first, of: $0) }
        let inner = Written(value, at: Array(path.dropFirst()), in: existing?.value)
        let entry = Entry(key: existing?.key ?? first, place: value.place, value: inner)
        self.init(content: .map([entry]), place: value.place)
    }

    private static func entry(_ name: String, of base: Written) -> Entry? {
        guard case .map(let entries) = base.content else { return nil }
        return entries.first { $0.key == name } ?? entries.first { $0.key.lowercased() == name.lowercased() }
    }
}
