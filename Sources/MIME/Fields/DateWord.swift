/// A word of a date, in lower case and packed into one number.
struct DateWord: Equatable {
    /// The first eight letters, the first one highest.
    let letters: UInt64
    /// How many letters there are.
    let count: Int

    /// The word of `octets`.
    init(_ octets: Span<UInt8>) {
        count = octets.count
        var packed: UInt64 = 0
        for index in 0..<8 {
            packed = packed << 8 | (index < octets.count ? UInt64(lowercased(octets[index])) : 0)
        }
        letters = packed
    }

    /// The word `text`, in lower case.
    init(_ text: StaticString) {
        count = text.utf8CodeUnitCount
        var packed: UInt64 = 0
        // Safe: a static string's octets live as long as the program, and their number is asked for.
        let octets = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        for index in 0..<8 {
            packed = unsafe packed << 8 | (index < octets.count ? UInt64(octets[index]) : 0)
        }
        letters = packed
    }

    /// A letter, or an octet of one beyond ASCII.
    static func isLetter(_ octet: UInt8) -> Bool {
        let lower = octet | 0x20
        return octet >= 0x80 || (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z"))
    }

    /// The month from 1, when the word is the beginning of its English name, three letters at least.
    var month: Int? {
        guard count >= 3 else { return nil }
        return Self.months.firstIndex { count <= $0.count && sharesBeginning(with: $0) }.map { $0 + 1 }
    }

    /// The zone in minutes east of UTC; `nil` when the name is unknown or means several zones
    /// (RFC 5322 §4.3).
    var zone: Int? { Self.zones.first { $0.name == self }?.offset }

    /// Whether the word is AM or PM (true); `nil` when it is neither.
    var isAfternoon: Bool? {
        self == Self.forenoon ? false : self == Self.afternoon ? true : nil
    }

    private func sharesBeginning(with other: DateWord) -> Bool {
        let shift = UInt64(8 * max(0, 8 - count))
        return letters >> shift == other.letters >> shift
    }

    private static let forenoon = DateWord("am")
    private static let afternoon = DateWord("pm")

    private static let months: [DateWord] = [
        DateWord("january"), DateWord("february"), DateWord("march"), DateWord("april"), DateWord("may"),
        DateWord("june"), DateWord("july"), DateWord("august"), DateWord("september"), DateWord("october"),
        DateWord("november"), DateWord("december"),
    ]

    private static let zones: [(name: DateWord, offset: Int)] = [
        (DateWord("gmt"), 0), (DateWord("utc"), 0), (DateWord("ut"), 0), (DateWord("z"), 0),
        (DateWord("wet"), 0),
        (DateWord("est"), -300), (DateWord("edt"), -240), (DateWord("cst"), -360), (DateWord("cdt"), -300),
        (DateWord("mst"), -420), (DateWord("mdt"), -360), (DateWord("pst"), -480), (DateWord("pdt"), -420),
        (DateWord("akst"), -540), (DateWord("akdt"), -480), (DateWord("hst"), -600),
        (DateWord("bst"), 60), (DateWord("west"), 60), (DateWord("cet"), 60), (DateWord("met"), 60),
        (DateWord("mez"), 60), (DateWord("cest"), 120), (DateWord("mest"), 120), (DateWord("mesz"), 120),
        (DateWord("eet"), 120), (DateWord("eest"), 180), (DateWord("msk"), 180), (DateWord("msd"), 240),
        (DateWord("hkt"), 480), (DateWord("sgt"), 480), (DateWord("jst"), 540), (DateWord("kst"), 540),
        (DateWord("aest"), 600), (DateWord("aedt"), 660), (DateWord("acst"), 570), (DateWord("acdt"), 630),
        (DateWord("awst"), 480), (DateWord("nzst"), 720), (DateWord("nzdt"), 780),
    ]
}
