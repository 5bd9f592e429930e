/// Finds where an option belongs that stands in the wrong section.
enum SectionIndex {
    /// The section that has an option of this name; `nil` when none or several have.
    static func paths(of name: String) -> String? {
        var found: [String] = []
        collect(BridgeSettings.facts, prefix: [], name: name, into: &found)
        return found.count == 1 ? found[0] : nil
    }

    private static func collect(
        _ facts: [OptionFacts], prefix: [String], name: String, into found: inout [String]
    ) {
        for option in facts {
            if option.name == name { found.append(prefix.joined(separator: ".")) }
            if let inner = section(of: option.shape) {
                collect(inner, prefix: prefix + [option.name], name: name, into: &found)
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
