import Mail
import Routing

extension Kind where Value == AddressPattern {
    /// A pattern for addresses.
    static var pattern: Kind {
        Kind(
            name: "pattern",
            shape: { .text(pattern: nil) },
            read: { $1.pattern($0) },
            show: { .text($0.text) })
    }
}

extension Kind where Value == RecipientSource {
    /// A pattern for recipients, or `file:PATH`.
    static var recipient: Kind {
        Kind(
            name: "pattern, or file:PATH",
            shape: { .text(pattern: nil) },
            read: { written, reading in
                guard case .scalar(let text) = written.content, text.hasPrefix("file:") else {
                    return reading.pattern(written).map { .pattern($0) }
                }
                return reading.list(written)
            },
            show: { source in
                switch source {
                case .pattern(let pattern): .text(pattern.text)
                case .file(let path, let list):
                    .secret("\(path) \(list.count) \(list.fingerprint)", masked: "file:" + path)
                }
            })
    }
}

extension Kind where Value == SenderMatcher {
    /// A pattern for reverse-paths, or `""` for the null sender.
    static var sender: Kind {
        Kind(
            name: "pattern, or \"\" for the null sender",
            shape: { .text(pattern: nil) },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                return text.isEmpty || text == "<>" ? .null : reading.pattern(written).map { .pattern($0) }
            },
            show: { matcher in
                switch matcher {
                case .null: .text("")
                case .pattern(let pattern): .text(pattern.text)
                }
            })
    }
}

extension Kind where Value == TextPattern {
    /// A pattern for text.
    static var textPattern: Kind {
        Kind(
            name: "text pattern",
            shape: { .text(pattern: nil) },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                do throws(PatternError) {
                    return try TextPattern(text)
                } catch {
                    reading.report(error, of: text, in: written)
                    return nil
                }
            },
            show: { .text($0.text) })
    }
}

extension Kind where Value == SizeBound {
    /// A comparison with a size.
    static var sizeBound: Kind {
        Kind(
            name: "comparison with a size",
            shape: { .text(pattern: "^(<=|>=|<|>) *[0-9]+[kKMGTiB]*$") },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                // The two-character signs come first in `allCases`: "<=" is not "<" and "=…".
                for comparison in SizeBound.Comparison.allCases where text.hasPrefix(comparison.rawValue) {
                    let rest = text.dropFirst(comparison.rawValue.count).drop { $0 == " " }
                    if let bound = try? Settings.size(rest) { return SizeBound(comparison, bound) }
                }
                reading.error(
                    written.place, "\"\(text)\" is no comparison with a size",
                    "write one such as \"<20MiB\" or \">=1MB\"")
                return nil
            },
            show: { .text($0.comparison.rawValue + $0.bound.configured) })
    }
}

extension Kind where Value == String {
    /// The reply that refuses a recipient: code, enhanced code and text.
    ///
    /// RFC 5321 §4.2, RFC 3463.
    static var rejection: Kind {
        Kind(
            name: "SMTP reply",
            shape: { .text(pattern: "^[45][0-9][0-9] [45]\\.[0-9]+\\.[0-9]+ .+$") },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                guard isRejection(text) else {
                    reading.error(
                        written.place, "\"\(text)\" is no reply that refuses",
                        "write a code, an enhanced code of the same class and a text, such as \"550 5.1.1 No such mailbox\""
                    )
                    return nil
                }
                return text
            },
            show: { .text($0) })
    }
}

/// `550 5.1.1 text`: both codes of one class, 4 or 5, and printable ASCII that fits into a reply line.
private func isRejection(_ text: String) -> Bool {
    let words = text.split(separator: " ", maxSplits: 2)
    guard words.count == 3, text.utf8.count <= 480, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }),
        let code = Int(words[0]), words[0].utf8.count == 3, (400...599).contains(code)
    else { return false }
    let enhanced = words[1].split(separator: ".", omittingEmptySubsequences: false)
    return enhanced.count == 3 && enhanced[0] == words[0].prefix(1)
        && enhanced.allSatisfy {
            (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
}

extension Reading {
    /// Reads a pattern for addresses.
    mutating func pattern(_ written: Written) -> AddressPattern? {
        guard let text = text(written) else { return nil }
        do {
            return try AddressPattern(text, subaddress: subaddress)
        } catch {
            report(error, of: text, in: written)
            return nil
        }
    }

    /// Reads `file:PATH`.
    fileprivate mutating func list(_ written: Written) -> RecipientSource? {
        guard let text = text(written) else { return nil }
        let path = String(text.dropFirst(5))
        guard let contents = contents(of: path, at: written.place, limit: AddressList.largestFile) else {
            return nil
        }
        do {
            return .file(path: path, try AddressList(file: contents.octets))
        } catch {
            for line in error.lines {
                report(
                    Diagnostic(
                        .error, at: Place(source: path, line: line.line, column: 1),
                        "this is no mail address",
                        suggestion: "write one address a line; # begins a comment", sourceLine: line.text))
            }
            return nil
        }
    }

    /// Notes why a text is no pattern.
    mutating func report(_ problem: PatternError, of text: String, in written: Written) {
        switch problem {
        case .noAddress:
            let hint =
                text == "*"
                ? "did you mean \"*@*\"?" : "write LOCAL@DOMAIN, such as \"*@example.com\", or /regex/"
            error(written.place, "\"\(text)\" is no pattern for addresses", hint)
        case .badDomain(let label): error(written.place, "\"\(label)\" is no part of a domain")
        case .badName(let name):
            error(
                written.place, "\"\(name)\" is no name for a capture",
                "write {name} with letters, digits and _")
        case .repeatedName(let name): error(written.place, "\"{\(name)}\" stands twice in one pattern")
        case .touchingWildcards:
            error(written.place, "two wildcards touch", "put something between them, or leave one out")
        case .tooManyWildcards: error(written.place, "a pattern takes at most 16 wildcards")
        case .unterminatedExpression:
            error(written.place, "the regular expression has no \"/\" at its end", "write /…/")
        case .badExpression(let reason, let offset):
            error(place(offset, in: written), "no regular expression: \(reason)")
        }
    }
}
