package import Mail

/// `local@domain` taken apart, with the quotes of the local part removed.
///
/// RFC 5321 §4.1.2.
struct AddressText {
    /// The local part, without quotes and quoted-pairs.
    let local: String
    /// Everything behind the `@`.
    let domain: String
    /// Whether the local part was in quotes.
    let isQuoted: Bool

    /// The parts of `text`; `nil` unless there are two.
    init?(_ text: String) {
        isQuoted = text.hasPrefix("\"")
        guard let parts = isQuoted ? Self.quoted(text) : Self.plain(text) else { return nil }
        (local, domain) = parts
        guard !local.isEmpty || isQuoted, !domain.isEmpty, !domain.contains("@") else { return nil }
    }

    private static func plain(_ text: String) -> (String, String)? {
        guard let at = text.firstIndex(of: "@") else { return nil }
        return (String(text[..<at]), String(text[text.index(after: at)...]))
    }

    private static func quoted(_ text: String) -> (String, String)? {
        var local = String.UnicodeScalarView()
        var rest = text.unicodeScalars.dropFirst()
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"":
                guard rest.first == "@" else { return nil }
                return (String(local), String(rest.dropFirst()))
            case "\\":
                guard let next = rest.popFirst() else { return nil }
                local.append(next)
            default:
                local.append(scalar)
            }
        }
        return nil
    }
}

extension EmailAddress {
    /// The mailbox that an operator wrote as `local@domain`, the local part in quotes or not; `nil` when it is none.
    package init?(configured text: String) {
        guard let parts = AddressText(text),
            !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }),
            parts.isQuoted || !parts.local.contains(where: { " <>(),;:\\\"[]".contains($0) }),
            !parts.domain.contains(" ")
        else { return nil }
        self.init(local: parts.local, domain: parts.domain)
    }
}
