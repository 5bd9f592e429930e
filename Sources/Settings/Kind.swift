/// A kind of value: how it is read, shown and described.
///
/// Every option has one.
struct Kind<Value: Sendable>: Sendable {
    /// What it is called in the reference: `size`, `list of networks`.
    let name: String
    /// What it takes, for the schema.
    let shape: @Sendable () -> Shape
    /// Reads a value; `nil`, with an error noted, when it is none.
    let read: @Sendable (Written, inout Reading) -> Value?
    /// How a value is written.
    let show: @Sendable (Value) -> Shown
}

/// One option of a section: everything there is to say about it, said once.
struct Option<Section: Sendable>: Sendable {
    /// Its key.
    let name: String
    /// What it is, in a sentence.
    let summary: String
    /// Where it must be given, what to do about it where it is not.
    let demand: String?
    /// The name of its kind.
    let kind: String
    /// What it takes.
    let shape: @Sendable () -> Shape
    /// Reads it into its section.
    let read: @Sendable (Written, inout Section, inout Reading) -> Void
    /// Shows the section's value.
    let show: @Sendable (Section) -> Shown

    /// The option `name` of the kind `kind`, kept in `path`.
    init<Value>(
        _ name: String, _ path: any WritableKeyPath<Section, Value> & Sendable, _ kind: Kind<Value>,
        _ summary: String,
        demand: String? = nil
    ) {
        self.name = name
        self.summary = summary
        self.demand = demand
        self.kind = kind.name
        shape = kind.shape
        read = { written, section, reading in
            if let value = kind.read(written, &reading) { section[keyPath: path] = value }
        }
        show = { kind.show($0[keyPath: path]) }
    }
}

/// A map of options in the configuration.
protocol ConfiguredSection: Sendable {
    /// The section with its defaults.
    init()
    /// Its options, in the order in which they are documented.
    static var options: [Option<Self>] { get }
}

extension ConfiguredSection {
    /// The section as it is written out.
    var shown: Shown {
        .map(Self.options.map { Shown.Member(key: $0.name, value: $0.show(self)) })
    }

    /// Its options without its type.
    static var facts: [OptionFacts] {
        let standard = Self()
        return options.map {
            OptionFacts(
                name: $0.name, summary: $0.summary, kind: $0.kind, shape: $0.shape(),
                isRequired: $0.demand != nil,
                standard: $0.show(standard))
        }
    }

    /// Reads a map of options; every unknown key, and every option that has not come yet, is an error.
    mutating func read(_ written: Written, _ reading: inout Reading) {
        let options = Self.options
        switch written.content {
        case .null: break
        case .map(let entries):
            for entry in entries {
                guard let option = options.first(where: { $0.name == entry.key }) else {
                    reading.unknown(entry, among: options.map(\.name))
                    continue
                }
                reading.descend(entry.key, declaredAs: option.name) { reading in
                    guard reading.hasCome(entry.place) else { return }
                    option.read(entry.value, &self, &reading)
                }
            }
        case .scalar, .list:
            reading.error(
                written.place, "\"\(reading.pathText)\" takes a map of options, not \(written.form)")
            return
        }
        for option in options where written[option.name] == nil {
            guard let demand = option.demand, !reading.exempt.contains("\(reading.pathText).\(option.name)")
            else {
                continue
            }
            reading.error(written.place, "\(reading.pathText) needs \"\(option.name)\"", demand)
        }
    }
}

extension Reading {
    /// Whether the option that is being read exists; if not, an error says that it has not come yet.
    mutating func hasCome(_ place: Place, value: String? = nil) -> Bool {
        guard Availability.notYet.contains(option + (value.map { "=" + $0 } ?? "")) else { return true }
        let name = value.map { "\"\(pathText): \($0)\"" } ?? "\"\(pathText)\""
        error(place, "\(name) has not come yet in this version of Transom", "remove it")
        return false
    }

    fileprivate mutating func unknown(_ entry: Written.Entry, among names: [String]) {
        let near = nearest(to: entry.key, among: names).map { "did you mean \"\($0)\"?" }
        let elsewhere = SectionIndex.path(of: entry.key).map { "it belongs to \"\($0)\"" }
        let known = names.count <= 8 ? "known are \(names.joined(separator: ", "))" : nil
        error(entry.place, "unknown key \"\(entry.key)\" in \(pathText)", near ?? elsewhere ?? known)
    }
}
