/// What a server answers: a code, an enhanced status code and one or more lines of text.
///
/// Text may come from an operator or echo a peer, so `encode` lets printable ASCII through and nothing else.
package struct Reply: Equatable, Sendable {
    /// The three digits, RFC 5321 §4.2.
    package let code: Int
    /// The enhanced status code (`5.1.1`); `nil` for greetings, EHLO and 3xx, RFC 2034 §3.
    package let status: String?
    /// The lines of text; never empty.
    package let lines: [String]

    /// A reply of one line.
    package init(_ code: Int, _ status: String?, _ text: String) {
        self.init(code, status, lines: [text])
    }

    /// A reply of several lines; none at all counts as one empty line.
    package init(_ code: Int, _ status: String?, lines: [String]) {
        self.code = code
        self.status = status
        self.lines = lines.isEmpty ? [""] : lines
    }

    /// Whether the peer may try again later: a 4yz code, RFC 5321 §4.2.1.
    package var isTemporary: Bool { code / 100 == 4 }

    /// Whether the reply says yes, or asks for more: 2yz and 3yz.
    package var isPositive: Bool { code < 400 }
}

extension Reply {
    /// Reads `550 5.1.1 No such mailbox`, as it stands in a configuration; the status may be left out and is
    /// then `x.0.0`.
    ///
    /// `nil` unless it begins with a 4yz or 5yz code.
    package init?(refusal text: String) {
        let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0].utf8.count == 3, let code = Int(parts[0]), (400..<600).contains(code) else {
            return nil
        }
        let rest = parts.count > 1 ? parts[1] : ""
        let words = rest.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        if let first = words.first, Self.isStatus(first, of: code) {
            self.init(code, String(first), words.count > 1 ? String(words[1]) : "")
        } else {
            self.init(code, "\(code / 100).0.0", String(rest))
        }
    }

    /// Whether `word` is an enhanced status code of `code`'s class, RFC 3463 §2.
    private static func isStatus(_ word: Substring, of code: Int) -> Bool {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0] == "\(code / 100)"
            && parts.dropFirst().allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
            }
    }
}

extension Reply: CustomStringConvertible {
    /// `550 5.1.1 No such mailbox`; further lines follow after ` / `.
    package var description: String {
        (["\(code)", status].compactMap(\.self) + [lines.joined(separator: " / ")]).joined(separator: " ")
    }
}
