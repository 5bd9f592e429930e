/// The Content-IDs that an HTML text refers to: what follows `cid:` up to the end of the URL.
///
/// RFC 2392. A URL in quotes may have blanks in it, which do not count: senders make ids of file names.
struct ContentReferences {
    /// Octets of a reference that are kept.
    private static let longest = 1_000

    private var ids: Set<[UInt8]> = []
    private let limit: Int
    /// How much of `cid:` has just been read.
    private var matched = 0
    /// The reference that is being read.
    private var id: [UInt8]?
    /// The octet before `cid:`, and the one read last.
    private var opener: UInt8 = 0
    private var last: UInt8 = 0

    /// References, at most `limit` different ones.
    init(limit: Int) {
        self.limit = limit
    }

    /// Whether `id` is referred to.
    func contain(_ id: String) -> Bool {
        ids.contains(Self.decoded(Array(id.utf8)))
    }

    /// Reads a piece of the text.
    mutating func feed(_ text: Span<UInt8>) {
        for index in text.indices {
            let octet = text[index]
            if id != nil {
                take(octet)
            } else {
                match(lowercased(octet))
            }
            last = octet
        }
    }

    /// Ends the text.
    mutating func endText() {
        endReference()
        matched = 0
    }

    private mutating func match(_ octet: UInt8) {
        switch (matched, octet) {
        case (1, UInt8(ascii: "i")), (2, UInt8(ascii: "d")): matched += 1
        case (3, UInt8(ascii: ":")):
            matched = 0
            id = []
        case (_, UInt8(ascii: "c")): (matched, opener) = (1, last)
        default: matched = 0
        }
    }

    private mutating func take(_ octet: UInt8) {
        switch octet {
        case 0x20 where opener == UInt8(ascii: "\"") || opener == UInt8(ascii: "'"): break
        case 0x00...0x20, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: ")"), UInt8(ascii: "\\"):
            endReference()
        default:
            if (id?.count ?? 0) < Self.longest { id?.append(octet) }
        }
    }

    private mutating func endReference() {
        if let id, !id.isEmpty, ids.count < limit { ids.insert(Self.decoded(id)) }
        id = nil
    }

    /// `id` with the character references of HTML and the `%XX` of URLs undone, without blanks.
    private static func decoded(_ id: [UInt8]) -> [UInt8] {
        var decoded: [UInt8] = []
        appendPercentDecoded(HTMLEntity.decoded(id).span, to: &decoded)
        decoded.removeAll { $0 <= 0x20 }
        return decoded
    }
}
