/// Decodes a coding of several octets a character, or with shift states, through iconv.
///
/// An octet that cannot be decoded becomes U+FFFD together with the octets behind it that cannot begin a character, as the
/// WHATWG Encoding Standard has it: an ASCII octet behind a stray lead octet is kept.
struct MultiByteDecoder: TextDecoding {
    /// How many times U+FFFD was written.
    private(set) var replaced = 0
    private let converter: IconvConverter
    private let swallowsTrail: Bool
    private var pending: [UInt8] = []

    /// A decoder of iconv's coding `name`; `nil` when the C library does not have it.
    init?(iconv name: String) {
        guard let converter = IconvConverter(from: name) else { return nil }
        self.converter = converter
        swallowsTrail = !name.hasPrefix("ISO-2022")
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
                replace(into: &output)
                start += place + width
            }
        }
    }

    /// How many octets one U+FFFD stands for; `nil` when the next piece decides.
    private func width(ofBroken octets: Span<UInt8>, at place: Int) -> Int? {
        guard swallowsTrail, octets[place] >= 0x81, octets[place] < 0xFF else { return 1 }
        guard place + 1 < octets.count else { return nil }
        return octets[place + 1] >= 0x80 ? 2 : 1
    }

    private mutating func replace(into output: inout [UInt8]) {
        output.append(contentsOf: replacementCharacter)
        replaced += 1
    }
}
