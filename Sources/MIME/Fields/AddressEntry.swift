internal import Mail

/// What stands between two commas of an address list: words, a comment, an address in brackets.
struct AddressEntry {
    /// The words without their quotes, separated as they were.
    private var phrase: [UInt8] = []
    /// The word that is being read, with its quotes.
    private var word: [UInt8] = []
    private var wordStart = 0
    private var wordHasAt = false
    private var isInWord = false
    private var isBehindGap = false
    private var words = 0
    private var wordsWithAt = 0
    /// Whether a gap stood before the last dot of the word.
    private var isBehindLooseDot = false
    private var hasOnlyPlainWords = true
    /// The last word with an `@`, with its quotes, and where it stands in `phrase`.
    private var address: [UInt8] = []
    private var addressRange: Range<Int>?
    private var comment: [UInt8] = []
    /// What stands between `<` and `>`; `nil` as long as there are none.
    var bracketed: [UInt8]?

    /// Whether the word that is being read ends with an `@`.
    var endsWithAt: Bool { isInWord && wordHasAt && word.last == UInt8(ascii: "@") }

    /// Whether a colon may make a group's name of the words.
    var mayNameGroup: Bool { bracketed == nil && addressRange == nil && !(isInWord && wordHasAt) }

    /// Whether there are words but no address.
    var isMereName: Bool { bracketed == nil && addressRange == nil && !phrase.isEmpty }

    /// Whether the words say that the recipients are not named: `undisclosed-recipients`, without its colon.
    var isUndisclosed: Bool {
        isMereName
            && (phrase.span.startsIgnoringCase(with: "undisclosed")
                || phrase.span.startsIgnoringCase(with: "unlisted-recipients"))
    }

    /// Forgets all, but keeps the memory.
    mutating func clear() {
        phrase.removeAll(keepingCapacity: true)
        word.removeAll(keepingCapacity: true)
        (isInWord, wordHasAt, isBehindGap, isBehindLooseDot, hasOnlyPlainWords) = (
            false, false, false, false, true
        )
        (words, wordsWithAt) = (0, 0)
        (addressRange, bracketed) = (nil, nil)
        comment.removeAll(keepingCapacity: true)
    }

    // Reading.

    /// Adds characters without a meaning of their own.
    mutating func addPlain(_ octets: Span<UInt8>) {
        beginWord()
        if firstIndex(of: UInt8(ascii: "@"), in: octets) != nil { wordHasAt = true }
        append(octets, to: &phrase)
        append(octets, to: &word)
    }

    /// Adds a quoted-string, quotes included.
    mutating func addQuoted(_ octets: Span<UInt8>) {
        beginWord()
        hasOnlyPlainWords = false
        appendUnquoted(octets.extracting(1..<octets.count - 1), to: &phrase)
        appendUnfolded(octets, to: &word)
    }

    /// Adds an encoded word: always a word of its own, and never an address.
    mutating func addEncoded(_ octets: Span<UInt8>) {
        endWord()
        beginWord()
        hasOnlyPlainWords = false
        append(octets, to: &phrase)
        endWord()
    }

    /// Adds the content of a comment; the first one counts.
    mutating func addComment(_ content: Span<UInt8>) {
        guard comment.isEmpty else { return }
        appendUnquoted(content, to: &comment)
    }

    /// Blanks or a comment, and then the octet `next`: they end a word, but not around the `@` and the dots
    /// of an address.
    mutating func addGap(before next: UInt8) {
        guard joinsWord(with: next) else {
            endWord()
            isBehindGap = true
            return
        }
        phrase.append(0x20)
    }

    /// A dot joins words only when a gap stands before it: `Ed. a@b` is a name and an address.
    private mutating func joinsWord(with next: UInt8) -> Bool {
        guard isInWord, bracketed == nil else { return false }
        if isBehindLooseDot, word.last == UInt8(ascii: ".") { return true }
        isBehindLooseDot = next == UInt8(ascii: ".")
        return isBehindLooseDot || endsWithAt || (!wordHasAt && next == UInt8(ascii: "@"))
    }

    private mutating func beginWord() {
        guard !isInWord else { return }
        if isBehindGap, !phrase.isEmpty { phrase.append(0x20) }
        (isInWord, isBehindGap, wordHasAt, wordStart) = (true, false, false, phrase.count)
        words += 1
        word.removeAll(keepingCapacity: true)
    }

    /// Ends the word that is being read.
    mutating func endWord() {
        guard isInWord else { return }
        (isInWord, isBehindLooseDot) = (false, false)
        if wordHasAt {
            wordsWithAt += 1
            swap(&address, &word)
            addressRange = wordStart..<phrase.count
        }
    }

    // Answering.

    /// The words when each of them is an address and only commas are missing: `a@x b@y`; otherwise `nil`.
    var addressesWithoutCommas: [ArraySlice<UInt8>]? {
        guard bracketed == nil, words > 1, wordsWithAt == words, hasOnlyPlainWords else { return nil }
        let parts = phrase.split(separator: 0x20)
        return parts.count == words ? parts : nil
    }

    /// The words, decoded; `nil` when there are none.
    func phraseText(in context: FieldContext, defects: inout DefectLog) -> String? {
        text(phrase.span, in: context, defects: &defects)
    }

    /// The mailbox; `nil` when there is nothing but perhaps a comment.
    func mailbox(in context: FieldContext, defects: inout DefectLog) -> Mailbox? {
        if let bracketed {
            return mailbox(name: phrase, address: bracketed, in: context, defects: &defects)
        }
        if let addressRange {
            var name = phrase
            name.removeSubrange(addressRange)
            return mailbox(name: name, address: address, in: context, defects: &defects)
        }
        guard !phrase.isEmpty else { return nil }
        if words == 1, hasOnlyPlainWords {
            var mailbox = mailbox(name: [], address: word, in: context, defects: &defects)
            mailbox.name = nil
            return mailbox
        }
        defects.report(.invalidAddress)
        return mailbox(name: phrase, address: nil, in: context, defects: &defects)
    }

    private func mailbox(
        name: [UInt8], address: [UInt8]?, in context: FieldContext, defects: inout DefectLog
    ) -> Mailbox {
        let name =
            text(name.span, in: context, defects: &defects)
            ?? (address == nil ? nil : text(comment.span, in: context, defects: &defects))
        guard let address else { return Mailbox(name: name, address: nil) }
        guard !isASCII(address.span) else { return Mailbox(name: name, address: address.span.text) }
        var octets: [UInt8] = []
        if !RawText.append(address.span, in: context, to: &octets) { defects.report(.rawHeaderOctets) }
        let text = String(decoding: octets, as: UTF8.self)
        return Mailbox(name: name, address: text, asciiAddress: asciiAddress(text))
    }

    /// The text of words or of a comment; quotes that were put inside an encoded word are not part of it.
    private func text(_ octets: Span<UInt8>, in context: FieldContext, defects: inout DefectLog) -> String? {
        guard !octets.isEmpty else { return nil }
        var text = unstructuredText(octets, in: context, defects: &defects)
        if octets.hasEncodedWords, text.utf8.count > 2, text.hasPrefix("\""), text.hasSuffix("\"") {
            text = String(text.dropFirst().dropLast())
        }
        return text.isEmpty ? nil : text
    }
}

/// `address` with its domain in A-labels, when that is another one (RFC 6531, RFC 5891).
private func asciiAddress(_ address: String) -> String? {
    guard let at = address.utf8.lastIndex(of: UInt8(ascii: "@")) else { return nil }
    let domain = address[address.index(after: at)...]
    guard domain.utf8.contains(where: { $0 >= 0x80 }), let ascii = Domain(String(domain))?.ascii else {
        return nil
    }
    return address[...at] + ascii
}
