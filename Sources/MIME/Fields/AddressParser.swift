/// Reads an address list in one pass (RFC 5322 §3.4 and §4.4, with what senders make of it).
///
/// `entry` gathers what stands between two commas. What is not closed still ends: a quote without its partner
/// is ignored, an open bracket ends at the next comma, an open comment or group with the field.
struct AddressParser {
    /// What was wrong, after what was wrong before.
    private(set) var defects: DefectLog
    private let context: FieldContext
    private var list = AddressList()
    private var entry = AddressEntry()
    /// The mailbox before `entry`, when only its bracket says that it has ended: `Bob <b@x> Bobby <c@x>`.
    private var previous: AddressEntry?
    private var group: String?
    private var isInGroup = false
    private var search = TerminatorSearch()
    private var isWithoutClosingQuote = false
    private var isRepaired = false

    init(context: FieldContext, defects: DefectLog) {
        self.context = context
        self.defects = defects
    }

    /// The list that `octets` hold.
    mutating func parse(_ octets: Span<UInt8>) -> AddressList {
        var index = 0
        while index < octets.count, list.mailboxes.count < context.limits.addresses {
            index = step(octets, at: index)
        }
        if index < octets.count { defects.report(.addressLimit, at: index) }
        endEntry()
        if isRepaired { defects.report(.invalidAddress) }
        return list
    }

    /// Reads one token; answers where the next begins.
    private mutating func step(_ octets: Span<UInt8>, at index: Int) -> Int {
        switch octets[index] {
        case 0x20, 0x09, 0x0D, 0x0A:
            return gap(octets, endingAt: index)
        case UInt8(ascii: "("):
            return comment(octets, at: index)
        case UInt8(ascii: "\""):
            return quotedString(octets, at: index)
        case UInt8(ascii: "<"):
            beginNextAfterBracket()
            entry.endWord()
            return bracket(octets, from: index + 1)
        case UInt8(ascii: ">"):
            isRepaired = true
            entry.endWord()
            return index + 1
        case UInt8(ascii: ","):
            endEntry()
            return index + 1
        case UInt8(ascii: ";"):
            endEntry()
            (group, isInGroup) = (nil, false)
            return index + 1
        case UInt8(ascii: ":") where entry.mayNameGroup && previous == nil:
            beginGroup()
            return index + 1
        case UInt8(ascii: "[") where entry.endsWithAt:
            return domainLiteral(octets, at: index)
        default:
            return word(octets, at: index)
        }
    }
}

// Words.
extension AddressParser {
    /// Blanks and comments end a word, but not where an `@` or a dot joins it with what follows all of them.
    private mutating func gap(_ octets: Span<UInt8>, endingAt index: Int) -> Int {
        let next = octets.skippingSpace(from: index)
        if next < octets.count, octets[next] == UInt8(ascii: "(") { return next }
        entry.addGap(before: next < octets.count ? octets[next] : 0)
        return next
    }

    private mutating func comment(_ octets: Span<UInt8>, at index: Int) -> Int {
        let end = octets.endOfComment(at: index)
        let isClosed = end > index + 1 && octets[end - 1] == UInt8(ascii: ")")
        if !isClosed { isRepaired = true }
        entry.addComment(octets.extracting(index + 1..<(isClosed ? end - 1 : end)))
        return gap(octets, endingAt: end)
    }

    private mutating func quotedString(_ octets: Span<UInt8>, at index: Int) -> Int {
        guard !isWithoutClosingQuote, let end = octets.endOfQuotedString(at: index) else {
            isWithoutClosingQuote = true
            isRepaired = true
            return index + 1
        }
        beginNextAfterBracket()
        entry.addQuoted(octets.extracting(index..<end))
        return end
    }

    private mutating func domainLiteral(_ octets: Span<UInt8>, at index: Int) -> Int {
        var end = index
        while end < octets.count, octets[end] != UInt8(ascii: "]"), !isFoldingSpace(octets[end]) { end += 1 }
        if end < octets.count, octets[end] == UInt8(ascii: "]") { end += 1 }
        entry.addPlain(octets.extracting(index..<end))
        return end
    }

    private mutating func word(_ octets: Span<UInt8>, at index: Int) -> Int {
        beginNextAfterBracket()
        if octets.opensEncodedWord(at: index),
            let encoded = EncodedWord(in: octets, at: index, search: &search)
        {
            entry.addEncoded(octets.extracting(index..<encoded.end))
            return encoded.end
        }
        var end = index + 1
        while end < octets.count, !isSpecial(octets[end]), !octets.opensEncodedWord(at: end) { end += 1 }
        entry.addPlain(octets.extracting(index..<end))
        return end
    }

    private func isSpecial(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x20, 0x09, 0x0D, 0x0A, UInt8(ascii: "("), UInt8(ascii: "\""), UInt8(ascii: "<"),
            UInt8(ascii: ">"),
            UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "["):
            true
        default: false
        }
    }
}

// Brackets.
extension AddressParser {
    /// Reads what `<` opens, up to its `>` or to where that is missing.
    private mutating func bracket(_ octets: Span<UInt8>, from start: Int) -> Int {
        var bracket = BracketedAddress()
        var index = start
        reading: while index < octets.count {
            switch octets[index] {
            case UInt8(ascii: ">"):
                entry.bracketed = bracket.octets
                return index + 1
            case UInt8(ascii: ",") where !bracket.isRoute, UInt8(ascii: ";") where isInGroup:
                break reading
            case UInt8(ascii: "("):
                index = octets.endOfComment(at: index)
                bracket.addGap()
            case UInt8(ascii: "\""):
                let end = isWithoutClosingQuote ? nil : octets.endOfQuotedString(at: index)
                if end == nil { isWithoutClosingQuote = true }
                bracket.addQuoted(octets.extracting(index..<(end ?? index + 1)))
                index = end ?? index + 1
            default:
                bracket.add(octets[index])
                index += 1
            }
        }
        isRepaired = true
        entry.bracketed = bracket.octets
        return index
    }

    /// A word behind a bracket begins the next mailbox: a comma is missing.
    private mutating func beginNextAfterBracket() {
        guard entry.bracketed != nil else { return }
        previous.map { add($0) }
        previous = entry
        entry.clear()
        isRepaired = true
    }
}

// Entries.
extension AddressParser {
    private mutating func beginGroup() {
        entry.endWord()
        group = entry.phraseText(in: context, defects: &defects)
        isInGroup = true
        entry.clear()
        addGroup(group)
    }

    private mutating func addGroup(_ name: String?) {
        guard let name, list.groups.count < context.limits.addresses else { return }
        list.groups.append(name)
    }

    private mutating func endEntry() {
        entry.endWord()
        if let last = previous {
            previous = nil
            add(
                last,
                alternativeName: entry.isMereName ? entry.phraseText(in: context, defects: &defects) : nil)
            if entry.isMereName { entry.clear() }
        }
        if let addresses = entry.addressesWithoutCommas {
            isRepaired = true
            entry.clear()
            for address in addresses {
                entry.addPlain(address.span)
                entry.endWord()
                add(entry)
                entry.clear()
            }
        } else if entry.isUndisclosed {
            isRepaired = true
        } else {
            add(entry)
        }
        entry.clear()
    }

    private mutating func add(_ entry: AddressEntry, alternativeName: String? = nil) {
        guard var mailbox = entry.mailbox(in: context, defects: &defects) else { return }
        if mailbox.name == nil { mailbox.name = alternativeName }
        mailbox.group = group
        list.mailboxes.append(mailbox)
    }
}
