/// Decodes a coding of several octets a character through iconv.
///
/// An octet that cannot be decoded becomes U+FFFD together with the octets behind it that cannot begin a
/// character, as the WHATWG Encoding Standard has it: an ASCII octet behind a stray lead octet is kept.
struct MultiByteDecoder: TextDecoding {
    /// How many times U+FFFD was written.
    private(set) var replaced = 0
    private let converter: IconvConverter
    private let isKorean: Bool
    /// Asked about characters that `converter` does not know.
    private let extensions: CodingExtension?
    private var pending: [UInt8] = []

    /// A decoder of iconv's coding `name`; `nil` when the C library does not have it.
    ///
    /// Characters that it lacks are looked for in `extensions`.
    init?(iconv name: String, extensions: CodingExtension? = nil) {
        guard let converter = IconvConverter(from: name) else { return nil }
        self.converter = converter
        isKorean = name == "CP949"
        self.extensions = extensions
    }

    /// Appends the text of `octets` to `output`.
    mutating func decode(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        guard !pending.isEmpty else { return run(octets, into: &output) }
        var joined = pending
        pending.removeAll(keepingCapacity: true)
        append(octets, to: &joined)
        run(joined.span, into: &output)
    }

    /// Ends the text: a character that has only begun becomes U+FFFD, and the state is the initial one again.
    mutating func finish(into output: inout [UInt8]) {
        if !pending.isEmpty {
            pending.removeAll()
            replace(into: &output)
        }
        converter.flush(into: &output)
        converter.reset()
    }

    private mutating func run(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        var start = 0
        while start < octets.count {
            let rest = octets.extracting(droppingFirst: start)
            switch converter.convert(rest, into: &output) {
            case .complete:
                return
            case .incomplete(let place):
                append(rest.extracting(droppingFirst: place), to: &pending)
                return
            case .invalid(let place):
                guard let width = width(ofBroken: rest, at: place) else {
                    append(rest.extracting(droppingFirst: place), to: &pending)
                    return
                }
                start += place + width
                if extensions?.convert(rest.extracting(place..<place + width), into: &output) != true {
                    replace(into: &output)
                }
                start += replaceRun(of: rest, from: place, width: width, into: &output)
            }
        }
    }

    /// How many octets from `place` on one U+FFFD stands for; `nil` when the next piece decides.
    private func width(ofBroken octets: Span<UInt8>, at place: Int) -> Int? {
        if hasPassed(octets, upTo: place) { return 0 }
        let lead = octets[place]
        guard Self.mayLead(lead) else { return 1 }
        let longest = extensions?.longest(from: lead) ?? 2
        for width in 1..<longest {
            guard place + width < octets.count else { return nil }
            if octets[place + width] < 0x80 { return width }
        }
        return longest
    }

    /// Whether iconv has passed over what it calls broken: glibc's CP949 does that with A2 E8, and `place` may then be
    /// behind the last octet.
    private func hasPassed(_ octets: Span<UInt8>, upTo place: Int) -> Bool {
        guard place < octets.count else { return true }
        return isKorean && place > 1 && octets[place - 2] == 0xA2 && octets[place - 1] == 0xE8
    }

    /// Replaces the repetitions behind an octet at `place` that begins nothing, without asking iconv about each of
    /// them; answers how many there were.
    private mutating func replaceRun(
        of octets: Span<UInt8>, from place: Int, width: Int, into output: inout [UInt8]
    ) -> Int {
        guard width == 1, !Self.mayLead(octets[place]) else { return 0 }
        var next = place + 1
        while next < octets.count, octets[next] == octets[place] {
            replace(into: &output)
            next += 1
        }
        return next - place - 1
    }

    /// Whether an octet may begin a character of several in any of these codings.
    private static func mayLead(_ octet: UInt8) -> Bool { octet >= 0x81 && octet < 0xFF }

    private mutating func replace(into output: inout [UInt8]) {
        output.append(contentsOf: replacementCharacter)
        replaced += 1
    }
}
