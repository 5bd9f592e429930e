/// Lays out the text of HTML: collapses white space, breaks lines at blocks, marks quotes and list items.
struct HTMLLayout {
    /// Lists, quotes and the like inside one another that are told apart.
    private static let deepest = 32
    /// Octets of a link's address and text that are kept.
    private static let longestLink = 2 << 10

    private var hasText = false
    private var isLineEmpty = true
    private var hasBlank = false
    private var lineBreaks = 0
    private var quoteDepth = 0
    /// The quote depth of the last line that has text.
    private var lineDepth = 0
    private var preformattedDepth = 0
    /// The lists that are open: the number of the next item, or `nil` for bullets.
    private var lists: [Int?] = []
    private var marker: [UInt8] = []
    /// The address of the link that is open, and its text so far.
    private var linkAddress: [UInt8]?
    private var linkText: [UInt8] = []

    /// Writes text; white space in it counts as one blank, outside preformatted elements.
    mutating func write(_ text: Span<UInt8>, into output: inout [UInt8]) {
        var index = 0
        while index < text.count {
            let start = index
            while index < text.count, text[index] > 0x20 { index += 1 }
            if index > start { writeWord(text.extracting(start..<index), into: &output) }
            guard index < text.count else { return }
            writeSpace(text[index], into: &output)
            index += 1
        }
    }

    /// Writes octets as text.
    mutating func write(_ octets: [UInt8], into output: inout [UInt8]) {
        write(octets.span, into: &output)
    }

    /// Writes a character that was written as a reference; those that only fill space are blanks or nothing.
    mutating func write(_ scalar: Unicode.Scalar, into output: inout [UInt8]) {
        switch scalar.value {
        case 0xA0, 0x2002...0x200A: writeSpace(0x20, into: &output)
        case 0xAD, 0x034F, 0x200B...0x200F, 0x2060, 0xFEFF: break
        default: write(Array(String(scalar).utf8), into: &output)
        }
    }

    /// Ends the text with a line end, if there is any.
    mutating func finish(into output: inout [UInt8]) {
        if hasText { output.append(0x0A) }
    }

    /// Does what `tag` means for the layout.
    mutating func apply(_ tag: HTMLTag, into output: inout [UInt8]) {
        switch tag.element {
        case .lineBreak: breakLine()
        case .paragraph: endBlock(lines: 2)
        case .block: endBlock(lines: 1)
        case .cell: hasBlank = true
        case .bulletList, .numberedList: applyList(tag)
        case .item: applyItem(tag)
        case .quote: applyQuote(tag)
        case .preformatted, .textArea: applyPreformatted(tag)
        case .rule:
            endBlock(lines: 1)
            write(Array("---".utf8), into: &output)
            endBlock(lines: 1)
        case .image:
            if let text = tag.attribute("alt") { write(text, into: &output) }
        case .link: applyLink(tag, into: &output)
        case .script, .style, .title, .other: break
        }
    }

    // Blocks.

    private mutating func breakLine() {
        lineBreaks = min(lineBreaks + 1, 3)
        hasBlank = false
    }

    private mutating func endBlock(lines: Int) {
        if hasText { lineBreaks = max(lineBreaks, lines) }
        hasBlank = false
    }

    private mutating func applyList(_ tag: HTMLTag) {
        endBlock(lines: lists.isEmpty || (tag.isClosing && lists.count == 1) ? 2 : 1)
        if tag.isClosing {
            _ = lists.popLast()
        } else if lists.count < Self.deepest {
            lists.append(tag.element == .numberedList ? .some(1) : .none)
        }
    }

    private mutating func applyItem(_ tag: HTMLTag) {
        endBlock(lines: 1)
        guard !tag.isClosing else { return }
        marker = [UInt8](repeating: 0x20, count: 2 * max(0, lists.count - 1))
        if let last = lists.indices.last, let number = lists[last] {
            marker += Array("\(number). ".utf8)
            lists[last] = number + 1
        } else {
            marker += Array("- ".utf8)
        }
    }

    private mutating func applyQuote(_ tag: HTMLTag) {
        endBlock(lines: 2)
        quoteDepth = max(0, min(quoteDepth + (tag.isClosing ? -1 : 1), Self.deepest))
    }

    private mutating func applyPreformatted(_ tag: HTMLTag) {
        endBlock(lines: tag.element == .preformatted ? 2 : 1)
        preformattedDepth = max(0, min(preformattedDepth + (tag.isClosing ? -1 : 1), Self.deepest))
    }

    // Links.

    /// A link's address stands behind its text, unless the text is the address, or there is no text.
    private mutating func applyLink(_ tag: HTMLTag, into output: inout [UInt8]) {
        if let open = linkAddress {
            linkAddress = nil
            let address = open.starts(with: "mailto:".utf8) ? Array(open.dropFirst(7)) : open
            if !linkText.isEmpty, linkText != open, linkText != address {
                hasBlank = true
                writeWord((Array("<".utf8) + address + Array(">".utf8)).span, into: &output)
            }
        }
        guard !tag.isClosing, let address = tag.attribute("href"), address.count <= Self.longestLink else {
            return
        }
        let isAddress = ["http://", "https://", "mailto:"].contains { address.starts(with: $0.utf8) }
        guard isAddress, !address.contains(where: { $0 <= 0x20 }) else { return }
        linkAddress = address
        linkText = []
    }

    // Characters.

    private mutating func writeWord(_ word: Span<UInt8>, into output: inout [UInt8]) {
        if linkAddress != nil, linkText.count < Self.longestLink { append(word, to: &linkText) }
        flush(into: &output)
        append(word, to: &output)
    }

    private mutating func writeSpace(_ octet: UInt8, into output: inout [UInt8]) {
        guard preformattedDepth > 0 else {
            hasBlank = true
            return
        }
        if octet == 0x0A {
            breakLine()
        } else if octet != 0x0D {
            flush(into: &output)
            output.append(0x20)
        }
    }

    /// Writes the line breaks, quotes, marker or blank that stand before the next word.
    private mutating func flush(into output: inout [UInt8]) {
        if hasText {
            for number in 0..<lineBreaks {
                output.append(0x0A)
                if number + 1 < lineBreaks { writeQuotes(min(lineDepth, quoteDepth), into: &output) }
            }
            if lineBreaks > 0 { isLineEmpty = true }
        }
        lineBreaks = 0
        if isLineEmpty {
            writeQuotes(quoteDepth, into: &output)
            if quoteDepth > 0 { output.append(0x20) }
            lineDepth = quoteDepth
            output += marker
            marker = []
        } else if hasBlank {
            output.append(0x20)
        }
        hasBlank = false
        isLineEmpty = false
        hasText = true
    }

    private func writeQuotes(_ depth: Int, into output: inout [UInt8]) {
        for _ in 0..<depth { output.append(UInt8(ascii: ">")) }
    }
}
