import Mail

/// Literal text with `*`s and `{name}`s in it, matched as octets of UTF-8 in NFC with A–Z in lower case.
///
/// Names are found by backtracking. What failed once at a place is not tried there again, so the work is at most
/// the product of pattern and text.
struct Glob: Sendable {
    /// The most wildcards of a pattern.
    static let mostWildcards = 16

    /// A piece of the pattern.
    enum Piece: Equatable, Sendable {
        /// These octets.
        case literal([UInt8])
        /// Any octets but `excluded`, also none.
        case any
        /// One or more octets but `excluded` and the separator.
        case name(String)
    }

    private let pieces: [Piece]
    private let excluded: UInt8?
    private let separator: UInt8?

    /// Exactly `text`, in which nothing is special.
    init(literal text: String) {
        pieces = [.literal(Array(asciiLowercased(normalized(text)).utf8))]
        (excluded, separator) = (nil, nil)
    }

    /// Reads a pattern whose wildcards never match `excluded`.
    init(_ text: String, without excluded: Unicode.Scalar?, subaddress: Character?) throws(PatternError) {
        pieces = try Glob.pieces(of: normalized(text))
        self.excluded = excluded.map { UInt8(ascii: $0) }
        separator = subaddress?.asciiValue
    }

    /// The names, in order.
    var names: [String] {
        pieces.compactMap { piece in
            if case .name(let name) = piece { name } else { nil }
        }
    }

    /// The text it matches, in its comparison form; `nil` when there are wildcards.
    var literal: String? {
        switch pieces.count {
        case 0: return ""
        case 1: break
        default: return nil
        }
        guard case .literal(let octets) = pieces[0] else { return nil }
        return String(decoding: octets, as: UTF8.self)
    }

    /// Whether it is a lone `*`.
    var isWildcard: Bool { pieces == [.any] }

    /// The ranges its names catch in `text`, which is in comparison form; `nil` when it does not match.
    func match(_ text: [UInt8]) -> [(name: String, range: Range<Int>)]? {
        var search = Search(pieces: pieces, text: text, excluded: excluded, separator: separator)
        guard search.run(piece: 0, at: 0) else { return nil }
        return search.caught.reversed()
    }

    private static func pieces(of text: String) throws(PatternError) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text[...]
        while let first = rest.first {
            switch first {
            case "*":
                pieces.append(.any)
                rest.removeFirst()
            case "{":
                guard let end = rest.firstIndex(of: "}") else { throw .badName(String(rest)) }
                let name = String(rest[rest.index(after: rest.startIndex)..<end])
                guard isCaptureName(name) else { throw .badName(name) }
                pieces.append(.name(name))
                rest = rest[rest.index(after: end)...]
            case "}":
                throw .badName("}")
            default:
                let end = rest.firstIndex { "*{}".contains($0) } ?? rest.endIndex
                pieces.append(.literal(Array(asciiLowercased(String(rest[..<end])).utf8)))
                rest = rest[end...]
            }
        }
        try check(pieces)
        return pieces
    }

    private static func check(_ pieces: [Piece]) throws(PatternError) {
        let isWild = pieces.map { piece in
            if case .literal = piece { false } else { true }
        }
        guard !zip(isWild, isWild.dropFirst()).contains(where: { $0 && $1 }) else { throw .touchingWildcards }
        guard isWild.count(where: { $0 }) <= mostWildcards else { throw .tooManyWildcards }
    }
}

/// One attempt to match: where each wildcard ends.
private struct Search {
    let pieces: [Glob.Piece]
    let text: [UInt8]
    let excluded: UInt8?
    let separator: UInt8?
    /// What the names caught, the last first.
    var caught: [(name: String, range: Range<Int>)] = []
    private var failed: Set<Int> = []

    init(pieces: [Glob.Piece], text: [UInt8], excluded: UInt8?, separator: UInt8?) {
        self.pieces = pieces
        self.text = text
        self.excluded = excluded
        self.separator = separator
    }

    /// Whether `text` from `start` on is matched by the pieces from `piece` on.
    mutating func run(piece: Int, at start: Int) -> Bool {
        guard piece < pieces.count else { return start == text.count }
        switch pieces[piece] {
        case .literal(let octets):
            guard text[start...].starts(with: octets) else { return false }
            return run(piece: piece + 1, at: start + octets.count)
        case .any:
            return run(wildcard: piece, from: start, least: 0, name: nil)
        case .name(let name):
            return run(wildcard: piece, from: start, least: 1, name: name)
        }
    }

    private mutating func run(wildcard piece: Int, from start: Int, least: Int, name: String?) -> Bool {
        let key = piece * (text.count + 1) + start
        guard !failed.contains(key) else { return false }
        var end = start + least
        while end <= text.count {
            if end > start, isForbidden(text[end - 1], in: name) { break }
            if run(piece: piece + 1, at: end) {
                if let name { caught.append((name, start..<end)) }
                return true
            }
            end += 1
        }
        failed.insert(key)
        return false
    }

    private func isForbidden(_ octet: UInt8, in name: String?) -> Bool {
        octet == excluded || name != nil && octet == separator
    }
}

extension Glob {
    /// Reads a text in which only `*` is special, and stands for anything.
    init(starsIn text: String) throws(PatternError) {
        var pieces: [Piece] = []
        for (position, part) in text.split(separator: "*", omittingEmptySubsequences: false).enumerated() {
            if position > 0, pieces.last != .any { pieces.append(.any) }
            if !part.isEmpty {
                pieces.append(.literal(Array(asciiLowercased(normalized(String(part))).utf8)))
            }
        }
        guard pieces.count(where: { $0 == .any }) <= Glob.mostWildcards else { throw .tooManyWildcards }
        self.pieces = pieces
        (excluded, separator) = (nil, nil)
    }
}
