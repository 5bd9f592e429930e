import Mail

/// The JSON Schema of a configuration file, for editors.
package enum ConfigurationSchema {
    /// The schema, Draft 2020-12, of every option that exists.
    package static var json: String {
        var writer = SchemaWriter()
        writer.json.beginObject()
        writer.member("$schema", "https://json-schema.org/draft/2020-12/schema")
        writer.member("title", "Transom's configuration")
        writer.section(BridgeSettings.facts, option: "")
        writer.json.endObject()
        return String(decoding: writer.json.bytes, as: UTF8.self)
    }
}

private struct SchemaWriter {
    var json = JSONWriter()

    mutating func member(_ name: String, _ text: String) {
        json.name(name)
        json.string(text)
    }

    /// The members that describe a map of options.
    mutating func section(_ facts: [OptionFacts], option: String) {
        member("type", "object")
        json.name("additionalProperties")
        json.boolean(false)
        json.name("properties")
        json.beginObject()
        let known = facts.filter { !Availability.notYet.contains(path(option, $0.name)) }
        for fact in known {
            json.name(fact.name)
            json.beginObject()
            member("description", fact.summary)
            describe(fact.shape, option: path(option, fact.name))
            standard(fact)
            json.endObject()
        }
        json.endObject()
        let required = known.filter(\.isRequired)
        guard !required.isEmpty else { return }
        json.name("required")
        json.beginArray()
        for fact in required { json.string(fact.name) }
        json.endArray()
    }

    private mutating func standard(_ fact: OptionFacts) {
        guard !fact.isRequired, case .text(let text) = fact.standard else { return }
        json.name("default")
        switch fact.shape {
        case .integer: json.integer(Int(text) ?? 0)
        case .boolean: json.boolean(text == "true")
        default: json.string(text)
        }
    }

    /// The members that describe a shape.
    private mutating func describe(_ shape: Shape, option: String) {
        switch shape {
        case .text(let pattern):
            json.name("type")
            json.beginArray()
            for type in ["string", "number", "boolean"] { json.string(type) }
            json.endArray()
            if let pattern { member("pattern", pattern) }
        case .integer(let range):
            member("type", "integer")
            json.name("minimum")
            json.integer(range.lowerBound)
            json.name("maximum")
            json.integer(range.upperBound)
        case .boolean: member("type", "boolean")
        case .choice(let words):
            json.name("enum")
            json.beginArray()
            for word in words where !Availability.notYet.contains("\(option)=\(word)") { json.string(word) }
            json.endArray()
        case .optional(let inner): either(inner, option: option) { $0.member("type", "null") }
        case .list(let inner): list(inner, option: option)
        case .oneOrMore(let inner): either(inner, option: option) { $0.list(inner, option: option) }
        case .map(let inner):
            member("type", "object")
            nested("additionalProperties") { $0.describe(inner, option: option + "{}") }
        case .section(let facts): section(facts, option: option)
        }
    }

    private mutating func list(_ inner: Shape, option: String) {
        member("type", "array")
        nested("items") { $0.describe(inner, option: option + "[]") }
    }

    private mutating func either(_ inner: Shape, option: String, or other: (inout SchemaWriter) -> Void) {
        json.name("anyOf")
        json.beginArray()
        json.beginObject()
        describe(inner, option: option)
        json.endObject()
        json.beginObject()
        other(&self)
        json.endObject()
        json.endArray()
    }

    private mutating func nested(_ name: String, _ body: (inout SchemaWriter) -> Void) {
        json.name(name)
        json.beginObject()
        body(&self)
        json.endObject()
    }
}

private func path(_ option: String, _ name: String) -> String { option.isEmpty ? name : "\(option).\(name)" }
