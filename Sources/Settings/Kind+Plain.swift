extension Kind where Value == String {
    /// Any text but none.
    static var text: Kind { text("text") }

    /// Text that the reference calls `name`.
    static func text(_ name: String) -> Kind {
        Kind(name: name, shape: { .text(pattern: nil) }, read: readText, show: { .text($0) })
    }

    /// The path of a file or folder.
    static var path: Kind { text("path") }

    private static func readText(_ written: Written, _ reading: inout Reading) -> String? {
        guard let text = reading.text(written) else { return nil }
        guard !text.isEmpty, !text.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 }) else {
            reading.error(written.place, "\"\(reading.pathText)\" must be text in one line, and not empty")
            return nil
        }
        return text
    }

    /// One of `words`; those in `later` have not come yet.
    static func word(_ words: [String], later: [String] = []) -> Kind {
        Kind(
            name: words.joined(separator: ", "),
            shape: { .choice(words) },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                if words.contains(text) { return text }
                if later.contains(text) {
                    reading.error(
                        written.place,
                        "\"\(reading.pathText): \(text)\" has not come yet in this version of Transom",
                        "use one of \(words.joined(separator: ", "))")
                } else {
                    reading.noChoice(text, among: words + later, at: written.place)
                }
                return nil
            },
            show: { .text($0) })
    }
}

extension Kind where Value: RawRepresentable<String> & CaseIterable {
    /// One of the cases, by its raw value.
    static var choice: Kind {
        let words = Value.allCases.map(\.rawValue)
        return Kind(
            name: words.joined(separator: ", "),
            shape: { .choice(words) },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                guard let value = Value(rawValue: text) else {
                    reading.noChoice(text, among: words, at: written.place)
                    return nil
                }
                return reading.hasCome(written.place, value: text) ? value : nil
            },
            show: { .text($0.rawValue) })
    }
}

extension Kind where Value == Bool {
    /// `true` or `false`, and nothing else: YAML's `yes` and `off` are traps.
    static var boolean: Kind {
        Kind(
            name: "true, false",
            shape: { .boolean },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                guard text == "true" || text == "false" else {
                    reading.noChoice(text, among: ["true", "false"], at: written.place)
                    return nil
                }
                return text == "true"
            },
            show: { .text(String($0)) })
    }
}

extension Kind where Value == Int {
    /// A whole number in `range`.
    static func integer(_ range: ClosedRange<Int>) -> Kind {
        Kind(
            name: "number",
            shape: { .integer(range) },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                let digits = range.lowerBound < 0 && text.hasPrefix("-") ? text.dropFirst() : text[...]
                let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
                guard isNumber, let number = Int(text) else {
                    reading.error(written.place, "\"\(text)\" is no whole number")
                    return nil
                }
                guard range.contains(number) else {
                    let bounds = "\(range.lowerBound) to \(range.upperBound)"
                    reading.error(
                        written.place, "\(number) is out of range for \"\(reading.pathText)\"",
                        "it takes \(bounds)")
                    return nil
                }
                return number
            },
            show: { .text(String($0)) })
    }
}

extension Kind {
    /// What `kind` takes, or `null`, which means that there is none.
    static func orNull<Wrapped: Sendable>(_ kind: Kind<Wrapped>) -> Kind where Value == Wrapped? {
        Kind(
            name: kind.name,
            shape: { .optional(kind.shape()) },
            read: { written, reading in
                if case .null = written.content { return .some(nil) }
                return kind.read(written, &reading).map { .some($0) }
            },
            show: { $0.map(kind.show) ?? .null })
    }
}

extension Reading {
    /// Notes that a word is none of those that may stand here.
    mutating func noChoice(_ text: String, among words: [String], at place: Place) {
        let near = nearest(to: text, among: words).map { "did you mean \"\($0)\"?" }
        error(
            place, "\"\(text)\" is no value for \"\(pathText)\"",
            near ?? "it takes \(words.joined(separator: ", "))")
    }
}
