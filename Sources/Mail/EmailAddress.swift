/// A mailbox as SMTP names it: a local part and a domain.
///
/// The parts are kept as they were sent, apart from the quotes of the local part and the case of the domain; for
/// comparing there are `comparisonKey` and `Domain.ascii`.
package struct EmailAddress: Hashable, Sendable, Codable {
    /// The local part without quotes and quoted-pairs.
    ///
    /// RFC 5321 §4.1.2.
    package let local: String
    /// The domain or address literal, in lower case.
    package let domain: String

    /// The mailbox `local@domain`; the domain is put into lower case (ASCII letters only).
    package init(local: String, domain: String) {
        self.local = local
        self.domain = asciiLowercased(domain)
    }

    /// `local@domain`, with the local part in quotes where its grammar demands them.
    package var text: String {
        "\(quotedLocal)@\(domain)"
    }

    /// The local part as it stands on the wire: a dot-string, or else a quoted-string.
    ///
    /// RFC 5321 §4.1.2.
    package var quotedLocal: String {
        guard !isDotString(local) else { return local }
        var quoted = "\""
        for scalar in local.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted.append("\\") }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}

/// `text` with A–Z in lower case and every other character as it was.
///
/// The standard library's `lowercased()` also maps letters such as the Kelvin sign onto ASCII ones, which would
/// make two different domains equal.
package func asciiLowercased(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) else { return text }
    return String(decoding: text.utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }, as: UTF8.self)
}

/// Whether `local` is a dot-string of RFC 5321 §4.1.2, with the UTF-8 of RFC 6531 §3.3.
private func isDotString(_ local: String) -> Bool {
    var atomIsEmpty = true
    for byte in local.utf8 {
        if byte == UInt8(ascii: ".") {
            guard !atomIsEmpty else { return false }
            atomIsEmpty = true
        } else {
            guard isAtomText(byte) else { return false }
            atomIsEmpty = false
        }
    }
    return !atomIsEmpty
}

/// `atext` of RFC 5322 §3.2.3, and every octet of a non-ASCII character (RFC 6531 §3.3).
package func isAtomText(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...0xFF:
        true
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
        UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"),
        UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"),
        UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "~"):
        true
    default:
        false
    }
}
