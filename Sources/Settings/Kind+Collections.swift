extension Kind where Value: ConfiguredSection {
    /// A map of options.
    static var section: Kind {
        Kind(
            name: "section",
            shape: { .section(Value.facts) },
            read: { written, reading in
                var section = Value()
                section.read(written, &reading)
                return section
            },
            show: \.shown)
    }
}

extension Kind {
    /// A list of `item`s.
    static func list<Item: Sendable>(_ item: Kind<Item>, of plural: String? = nil) -> Kind
    where Value == [Item] {
        Kind(
            name: "list of \(plural ?? item.name)",
            shape: { .list(item.shape()) },
            read: { written, reading in
                switch written.content {
                case .null: return []
                case .list(let items): return readAll(items, item, &reading)
                case .scalar, .map:
                    let suggestion = "put it in brackets: [ … ]"
                    reading.error(
                        written.place, "\"\(reading.pathText)\" takes a list, not \(written.form)", suggestion
                    )
                    return nil
                }
            },
            show: { .list($0.map(item.show)) })
    }

    /// One `item`, or a list of them.
    static func oneOrMore<Item: Sendable>(_ item: Kind<Item>, of plural: String? = nil) -> Kind
    where Value == [Item] {
        Kind(
            name: "\(item.name), or a list of \(plural ?? item.name)",
            shape: { .oneOrMore(item.shape()) },
            read: { written, reading in
                guard case .list(let items) = written.content else {
                    return item.read(written, &reading).map { [$0] }
                }
                if items.isEmpty { reading.error(written.place, "\"\(reading.pathText)\" is an empty list") }
                return readAll(items, item, &reading)
            },
            show: { $0.count == 1 ? item.show($0[0]) : .list($0.map(item.show)) })
    }

    /// A map from names to `item`s, each of which keeps its name in `path`.
    static func map<Item: Sendable>(
        _ item: Kind<Item>, named path: any WritableKeyPath<Item, String> & Sendable, called what: String,
        refusing reason: @escaping @Sendable (String) -> String? = { $0.isEmpty ? "it is empty" : nil }
    ) -> Kind where Value == [Item] {
        Kind(
            name: "map of \(what)s",
            shape: { .map(item.shape()) },
            read: { written, reading in
                switch written.content {
                case .null: return []
                case .map(let entries):
                    return entries.compactMap { entry in
                        if let reason = reason(entry.key) {
                            reading.error(
                                entry.place, "\"\(entry.key)\" cannot be the name of a \(what)", reason)
                            return nil
                        }
                        var value = reading.descend(entry.key, declaredAs: "{}") {
                            item.read(entry.value, &$0)
                        }
                        value?[keyPath: path] = entry.key
                        return value
                    }
                case .scalar, .list:
                    reading.error(written.place, "\"\(reading.pathText)\" takes a map, not \(written.form)")
                    return nil
                }
            },
            show: { .map($0.map { Shown.Member(key: $0[keyPath: path], value: item.show($0)) }) })
    }

    /// Reads every item, so that every error is found.
    private static func readAll<Item>(_ items: [Written], _ kind: Kind<Item>, _ reading: inout Reading)
        -> [Item]
    {
        items.enumerated().compactMap { index, item in
            reading.descend(String(index + 1), declaredAs: "[]") { kind.read(item, &$0) }
        }
    }
}
