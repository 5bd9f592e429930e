extension LoadedSettings {
    /// What is printed.
    package enum Scope: Sendable {
        /// Every option that exists, also those that nobody set.
        case everything
        /// What was written somewhere.
        case written
    }

    /// The settings as YAML, each value with the place it comes from, secrets as stars; `nil` when there are errors.
    package func printed(_ scope: Scope = .everything) -> String? {
        guard let settings else { return nil }
        var printer = Printer(scope: scope)
        printer.print(BridgeSettings.facts, settings.shown, written, option: "", indent: "")
        return printer.lines.map { $0 + "\n" }.joined()
    }
}

/// Writes settings as block YAML.
private struct Printer {
    let scope: LoadedSettings.Scope
    var lines: [String] = []

    init(scope: LoadedSettings.Scope) {
        self.scope = scope
    }

    /// Prints a map of options.
    mutating func print(
        _ facts: [OptionFacts], _ shown: Shown, _ written: Written?, option: String, indent: String
    ) {
        guard case .map(let members) = shown else { return }
        for (fact, member) in zip(facts, members) {
            let name = option.isEmpty ? fact.name : "\(option).\(fact.name)"
            let value = written?[fact.name]
            guard !Availability.notYet.contains(name), scope == .everything || value != nil else { continue }
            print(fact.shape, member, value, option: name, indent: indent)
        }
    }

    private mutating func print(
        _ shape: Shape, _ member: Shown.Member, _ written: Written?, option: String, indent: String
    ) {
        switch (shape, member.value) {
        case (.section(let facts), .map):
            lines.append("\(indent)\(member.key):")
            print(facts, member.value, written, option: option, indent: indent + "  ")
        case (.map(let inner), .map(let entries)) where !entries.isEmpty:
            lines.append("\(indent)\(member.key):")
            for entry in entries {
                print(inner, entry, written?[entry.key], option: option + "{}", indent: indent + "  ")
            }
        case (.list(.section(let facts)), .list(let items)) where !items.isEmpty:
            lines.append("\(indent)\(member.key):")
            print(items, facts, written, option: option + "[]", indent: indent + "  ")
        default:
            let origin = written.map { $0.place.origin } ?? "default"
            lines.append("\(indent)\(flowKey(member.key)): \(member.value.flow)  # \(origin)")
        }
    }

    /// Prints a list of maps; of each, what was written, since most of a route is nothing.
    private mutating func print(
        _ items: [Shown], _ facts: [OptionFacts], _ written: Written?, option: String, indent: String
    ) {
        guard case .list(let places) = written?.content, places.count == items.count else { return }
        for (item, place) in zip(items, places) {
            var inner = Printer(scope: .written)
            inner.print(facts, item, place, option: option, indent: indent + "  ")
            guard let first = inner.lines.first else { continue }
            lines.append(indent + "- " + first.dropFirst(indent.count + 2))
            lines += inner.lines.dropFirst()
        }
    }

    private func flowKey(_ key: String) -> String { Shown.text(key).flow }
}

extension Place {
    /// Where a value comes from: a file and its line, a variable, a flag.
    fileprivate var origin: String {
        source.hasPrefix("$") || source.hasPrefix("--") || source == "built-in" ? source : "\(source):\(line)"
    }
}
