import Foundation

/// As much of JSON Schema (draft 2020-12) as `docs/webhook.schema.json` uses; an unknown keyword is a failure.
struct JSONSchema {
    private let root: [String: Any]

    /// The schema in the file `docs/<name>` of this repository.
    init(named name: String) throws {
        let url = repository.appending(path: "docs/\(name)")
        root = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any] ?? [:]
    }

    /// What is wrong with the document, each with its place; empty when nothing is.
    func flaws(of document: Any) -> [String] {
        flaws(of: document, by: root, at: "$")
    }

    private func flaws(of value: Any, by schema: [String: Any], at place: String) -> [String] {
        schema.flatMap { keyword, rule in
            flaws(of: value, by: schema, keyword, rule, at: place)
        }
    }

    private func flaws(
        of value: Any, by schema: [String: Any], _ keyword: String, _ rule: Any, at place: String
    ) -> [String] {
        func flaw(_ isRight: Bool) -> [String] { isRight ? [] : ["\(place): \(keyword)"] }
        switch (keyword, rule) {
        case ("$ref", let path as String):
            let definitions = root["$defs"] as? [String: [String: Any]] ?? [:]
            guard let target = definitions[String(path.dropFirst("#/$defs/".count))] else {
                return flaw(false)
            }
            return flaws(of: value, by: target, at: place)
        case ("anyOf", let choices as [[String: Any]]):
            return flaw(choices.contains { flaws(of: value, by: $0, at: place).isEmpty })
        case ("type", let type as String): return flaw(kind(of: value) == type)
        case ("type", let types as [String]): return flaw(types.contains(kind(of: value)))
        case ("enum", let values as [String]): return flaw((value as? String).map(values.contains) ?? true)
        case ("const", let text as String): return flaw(value as? String == text)
        case ("required", let names as [String]):
            guard let object = value as? [String: Any] else { return [] }
            return flaw(names.allSatisfy { object[$0] != nil })
        case ("properties", let properties as [String: [String: Any]]):
            guard let object = value as? [String: Any] else { return [] }
            return object.flatMap { name, member in
                properties[name].map { flaws(of: member, by: $0, at: "\(place).\(name)") } ?? []
            }
        case ("additionalProperties", let rule):
            guard let object = value as? [String: Any] else { return [] }
            let known = schema["properties"] as? [String: Any] ?? [:]
            let others = object.filter { known[$0.key] == nil }
            guard let rule = rule as? [String: Any] else { return flaw(others.isEmpty) }
            return others.flatMap { flaws(of: $0.value, by: rule, at: "\(place).\($0.key)") }
        case ("items", let rule as [String: Any]):
            return (value as? [Any] ?? []).enumerated().flatMap {
                flaws(of: $1, by: rule, at: "\(place)[\($0)]")
            }
        case ("items", _):
            let prefix = schema["prefixItems"] as? [Any] ?? []
            return flaw((value as? [Any] ?? []).count <= prefix.count)
        case ("prefixItems", let rules as [[String: Any]]):
            return zip(value as? [Any] ?? [], rules).flatMap { flaws(of: $0, by: $1, at: place) }
        case ("minItems", let count as Int): return flaw((value as? [Any]).map { $0.count >= count } ?? true)
        case ("maxItems", let count as Int): return flaw((value as? [Any]).map { $0.count <= count } ?? true)
        case ("minLength", let count as Int):
            return flaw((value as? String).map { $0.count >= count } ?? true)
        case ("minimum", let least as Int): return flaw((value as? Int).map { $0 >= least } ?? true)
        case ("pattern", let pattern as String):
            guard let text = value as? String else { return [] }
            return flaw(text.range(of: pattern, options: .regularExpression) != nil)
        case ("$schema", _), ("$id", _), ("$defs", _), ("title", _), ("description", _), ("examples", _),
            ("contentEncoding", _):
            return []
        default:
            return ["\(place): unknown keyword \(keyword)"]
        }
    }

    private func kind(of value: Any) -> String {
        switch value {
        case is NSNull: "null"
        case is String: "string"
        case is [Any]: "array"
        case is [String: Any]: "object"
        case let number as NSNumber: isBoolean(number) ? "boolean" : "integer"
        default: "?"
        }
    }

    /// Whether Foundation read `true` or `false`, not a number.
    private func isBoolean(_ number: NSNumber) -> Bool {
        unsafe String(cString: number.objCType) == "c"
    }
}

/// The folder of this repository.
let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
