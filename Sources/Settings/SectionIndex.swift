/// Finds where an option belongs that stands in the wrong section.
enum SectionIndex {
    /// The section that has an option of this name; `nil` when none or several have.
    static func path(of name: String) -> String? {
        guard let found = sections[name], found.count == 1 else { return nil }
        return found[0]
    }

    /// The sections that have an option, by the option's name.
    private static let sections: [String: [String]] = {
        var sections: [String: [String]] = [:]
        collect(BridgeSettings.facts, prefix: [], into: &sections)
        return sections
    }()

    private static func collect(
        _ facts: [OptionFacts], prefix: [String], into sections: inout [String: [String]]
    ) {
        for option in facts {
            if !prefix.isEmpty { sections[option.name, default: []].append(prefix.joined(separator: ".")) }
            if let inner = section(of: option.shape) {
                collect(inner, prefix: prefix + [option.name], into: &sections)
            }
        }
    }

    private static func section(of shape: Shape) -> [OptionFacts]? {
        switch shape {
        case .section(let facts): facts
        case .optional(let inner), .list(let inner), .oneOrMore(let inner), .map(let inner):
            section(of: inner)
        case .text, .integer, .boolean, .choice: nil
        }
    }
}
