/// The tables of `docs/configuration.md`: every option that exists, from its declaration.
package enum ConfigurationReference {
    /// The tables, a heading for each section.
    package static var markdown: String {
        var tables = ReferenceTables()
        tables.add(BridgeSettings.facts.filter { $0.section == nil }, title: "At the top", option: "")
        tables.descend(BridgeSettings.facts, option: "", title: "")
        return tables.text
    }
}

private struct ReferenceTables {
    var text = ""

    /// A table of `facts`, as far as they exist and are no sections.
    mutating func add(_ facts: [OptionFacts], title: String, option: String) {
        let known = facts.filter { $0.section == nil && !Availability.notYet.contains(path(option, $0.name)) }
        guard !known.isEmpty else { return }
        text += "\n### \(title)\n\n| option | takes | default | meaning |\n|---|---|---|---|\n"
        for fact in known {
            let standard = fact.isRequired ? "*required*" : code(fact.standard.flow)
            text +=
                "| `\(fact.name)` | \(kind(of: fact, option: path(option, fact.name))) | \(standard) | \(cell(fact.summary)) |\n"
        }
    }

    /// The tables of the sections among `facts`.
    mutating func descend(_ facts: [OptionFacts], option: String, title: String) {
        for fact in facts {
            let name = path(option, fact.name)
            guard let (inner, suffix, shown) = fact.section, !Availability.notYet.contains(name) else {
                continue
            }
            let heading = title.isEmpty ? fact.name + shown : "\(title).\(fact.name)\(shown)"
            add(inner, title: "`\(heading)`", option: name + suffix)
            descend(inner, option: name + suffix, title: heading)
        }
    }

    private func kind(of fact: OptionFacts, option: String) -> String {
        guard case .choice(let words) = fact.shape else { return cell(fact.kind) }
        return words.filter { !Availability.notYet.contains("\(option)=\($0)") }.map { "`\($0)`" }.joined(
            separator: ", ")
    }

    private func code(_ text: String) -> String { "`\(cell(text))`" }

    private func cell(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}

extension OptionFacts {
    /// The options inside, how their path goes on, and how that is shown; `nil` where there are none.
    fileprivate var section: (facts: [OptionFacts], suffix: String, shown: String)? {
        switch shape {
        case .section(let facts): (facts, "", "")
        case .list(.section(let facts)): (facts, "[]", "[]")
        case .map(.section(let facts)): (facts, "{}", ".NAME")
        default: nil
        }
    }
}

private func path(_ option: String, _ name: String) -> String { option.isEmpty ? name : "\(option).\(name)" }
