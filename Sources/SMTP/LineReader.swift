/// Reads a command line from left to right.
struct LineReader {
    /// The line without its CRLF and without trailing blanks.
    let line: ArraySlice<UInt8>
    /// Where the next octet is.
    private(set) var position: Int

    /// Stands at the front of `line`, whose trailing spaces and tabs are tolerated, RFC 5321 §4.1.1.
    init(_ line: [UInt8]) {
        let end = line.lastIndex { $0 != 0x20 && $0 != 0x09 }.map { $0 + 1 } ?? 0
        self.line = line[..<end]
        position = 0
    }

    /// Whether nothing is left.
    var isAtEnd: Bool { position == line.endIndex }

    /// The next octet.
    var next: UInt8? { position < line.endIndex ? line[position] : nil }

    /// What is left.
    var rest: ArraySlice<UInt8> { line[position...] }

    /// Skips `octet` if it is next.
    mutating func skip(_ octet: UInt8) -> Bool {
        guard next == octet else { return false }
        position += 1
        return true
    }

    /// Skips spaces, and says whether there were any.
    mutating func skipSpaces() -> Bool {
        !take { $0 == 0x20 }.isEmpty
    }

    /// Skips `word`, given in upper case, if it is next in any case.
    mutating func skipWord(_ word: String) -> Bool {
        let letters = word.utf8
        guard rest.count >= letters.count,
            rest.prefix(letters.count).elementsEqual(letters, by: { uppercased($0) == $1 })
        else { return false }
        position += letters.count
        return true
    }

    /// Takes octets while they satisfy `condition`.
    mutating func take(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = position
        while position < line.endIndex, condition(line[position]) { position += 1 }
        return line[start..<position]
    }

    /// Takes one octet, whatever it is.
    mutating func takeOne() -> UInt8? {
        defer { if position < line.endIndex { position += 1 } }
        return next
    }

    /// Takes everything up to the next space.
    mutating func takeToken() -> ArraySlice<UInt8> {
        take { $0 != 0x20 }
    }
}

extension ArraySlice<UInt8> {
    /// Whether a control character from U+0080 to U+009F is among them, in UTF-8: terminals obey some of those too.
    var holdsLateControl: Bool {
        var rest = self
        while let lead = rest.firstIndex(of: 0xC2) {
            rest = rest[(lead + 1)...]
            if let next = rest.first, (0x80...0x9F).contains(next) { return true }
        }
        return false
    }

    /// The octets as text; `nil` unless they are valid UTF-8.
    var utf8Text: String? {
        allSatisfy { $0 < 0x80 }
            ? String(decoding: self, as: UTF8.self) : String(validating: self, as: UTF8.self)
    }

    /// The octets as text in upper case, for words of ASCII.
    var uppercasedWord: String {
        contains(where: { $0 >= 0x61 && $0 <= 0x7A })
            ? String(decoding: map(uppercased), as: UTF8.self) : String(decoding: self, as: UTF8.self)
    }
}
