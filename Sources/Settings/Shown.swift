/// A value in the form in which it is printed, compared and documented.
indirect enum Shown: Equatable, Sendable {
    /// Nothing.
    case null
    /// A scalar.
    case text(String)
    /// A scalar that is only compared; `masked` is printed in its place.
    case secret(String, masked: String = "***")
    /// A list.
    case list([Shown])
    /// A map, in order.
    case map([Member])

    /// One key of a map.
    struct Member: Equatable, Sendable {
        /// The key.
        let key: String
        /// Its value.
        let value: Shown
    }

    /// The value in YAML's flow style, secrets as stars.
    var flow: String {
        switch self {
        case .null: "null"
        case .text(let text): isPlain(text) ? text : quoted(escapingReferences(text))
        case .secret(_, let masked): quoted(masked)
        case .list(let items): "[" + items.map(\.flow).joined(separator: ", ") + "]"
        case .map(let members) where members.isEmpty: "{}"
        case .map(let members):
            "{ "
                + members.map { "\(isPlain($0.key) ? $0.key : quoted($0.key)): \($0.value.flow)" }.joined(
                    separator: ", ") + " }"
        }
    }
}

/// Whether `text` can stand in a flow without quotes and is still text.
private func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, !["null", "~"].contains(text) else { return false }
    let isWord = text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._/+@".utf8.contains(byte)
        }
    }
    return isWord && !"-@".utf8.contains(first)
}

/// `text` with `$${` for `${`, so that what is printed can be read again.
private func escapingReferences(_ text: String) -> String {
    var result = ""
    for character in text {
        if character == "{", result.hasSuffix("$") { result += "$" }
        result.append(character)
    }
    return result
}

/// `text` in double quotes.
///
/// YAML 1.2 §5.7.
private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value):
            let digits = String(scalar.value, radix: 16)
            result += "\\x" + (digits.count < 2 ? "0" : "") + digits
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
