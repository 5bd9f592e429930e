/// Makes plain text of HTML, in one pass and in constant memory: what a person would read, not how it looks.
///
/// Paragraphs, headings, lists, quotes, preformatted text and line breaks keep their shape; scripts, styles,
/// comments and the title go; a link's address follows its text; an image is its alternative text. Broken
/// HTML gives the text that is there.
package struct HTMLText {
    /// Octets of a tag that are kept: its attributes beyond them are ignored.
    private static let longestTag = 8 << 10
    /// Octets of a character reference without its `&`.
    private static let longestEntity = 32

    private enum State {
        case text
        /// Behind `<`.
        case tagStart
        /// Inside a tag, and inside a quoted value of it; `mark` is the last octet that is no blank.
        case tag(quote: UInt8?, mark: UInt8)
        /// Behind `<!`, or `<?`: up to `>`.
        case declaration
        /// Inside a comment, with the dashes just read.
        case comment(dashes: Int)
        /// Behind `&`.
        case entity
        /// Inside an element whose content is no text; how much of its end tag has just been read.
        case skipping(end: [UInt8], matched: Int)
    }

    private var state = State.text
    private var collected: [UInt8] = []
    private var layout = HTMLLayout()

    /// Text of one HTML document.
    package init() {}

    /// Reads a piece of HTML.
    package mutating func decode(_ html: Span<UInt8>, into output: inout [UInt8]) {
        var index = 0
        while index < html.count {
            switch state {
            case .text:
                let end = Self.endOfText(in: html, from: index)
                layout.write(html.extracting(index..<end), into: &output)
                guard end < html.count else { return }
                collected.removeAll(keepingCapacity: true)
                state = html[end] == UInt8(ascii: "<") ? .tagStart : .entity
                index = end + 1
            case .tag(let quote, let mark):
                index = takeTag(html, from: index, quote: quote, mark: mark, into: &output)
            case .tagStart, .declaration, .comment, .entity, .skipping:
                index = skipSilence(in: html, from: index)
                if index < html.count, take(html[index], into: &output) { index += 1 }
            }
        }
    }

    /// Where the next octet stands that could end a comment or an element whose content is no text.
    private func skipSilence(in html: Span<UInt8>, from start: Int) -> Int {
        switch state {
        case .comment(dashes: 0): firstIndex(of: UInt8(ascii: "-"), in: html, from: start) ?? html.count
        case .skipping(_, matched: 0): firstIndex(of: UInt8(ascii: "<"), in: html, from: start) ?? html.count
        default: start
        }
    }

    /// Ends the text.
    package mutating func finish(into output: inout [UInt8]) {
        if case .entity = state { endEntity(hasSemicolon: false, into: &output) }
        if case .tagStart = state { layout.write([UInt8(ascii: "<")], into: &output) }
        layout.finish(into: &output)
    }

    private static func endOfText(in html: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < html.count, html[index] != UInt8(ascii: "<"), html[index] != UInt8(ascii: "&") {
            index += 1
        }
        return index
    }

    /// Takes an octet outside plain text; `false` when it has to be looked at again.
    private mutating func take(_ octet: UInt8, into output: inout [UInt8]) -> Bool {
        switch state {
        case .text, .tag: return false
        case .tagStart: return takeTagStart(octet, into: &output)
        case .declaration: takeDeclaration(octet)
        case .comment(let dashes): takeComment(octet, dashes: dashes)
        case .entity: return takeEntity(octet, into: &output)
        case .skipping(let end, let matched): skip(octet, end: end, matched: matched)
        }
        return true
    }

    private mutating func takeTagStart(_ octet: UInt8, into output: inout [UInt8]) -> Bool {
        switch octet {
        case UInt8(ascii: "!"), UInt8(ascii: "?"):
            state = .declaration
            return true
        case UInt8(ascii: "/"), 0x41...0x5A, 0x61...0x7A:
            collected.append(octet)
            state = .tag(quote: nil, mark: octet)
            return true
        default:
            layout.write([UInt8(ascii: "<")], into: &output)
            state = .text
            return false
        }
    }

    /// Reads a tag up to its end, or as far as `html` goes; answers where reading goes on.
    ///
    /// A quote opens a value only behind `=`.
    private mutating func takeTag(
        _ html: Span<UInt8>, from start: Int, quote: UInt8?, mark: UInt8, into output: inout [UInt8]
    ) -> Int {
        var (quote, mark) = (quote, mark)
        for index in start..<html.count {
            let octet = html[index]
            let isFull = collected.count >= Self.longestTag
            if octet == UInt8(ascii: ">"), quote == nil || isFull {
                endTag(into: &output)
                return index + 1
            }
            if !isFull { collected.append(octet) }
            let isQuote = octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "'")
            if quote == octet {
                quote = nil
            } else if quote == nil, isQuote, mark == UInt8(ascii: "=") {
                quote = octet
            }
            if octet > 0x20 { mark = octet }
        }
        state = .tag(quote: quote, mark: mark)
        return html.count
    }

    private mutating func takeDeclaration(_ octet: UInt8) {
        if octet == UInt8(ascii: ">") {
            state = .text
        } else if collected.count < 2 {
            collected.append(octet)
            if collected == [0x2D, 0x2D] { state = .comment(dashes: 2) }
        }
    }

    private mutating func takeComment(_ octet: UInt8, dashes: Int) {
        if octet == UInt8(ascii: "-") {
            state = .comment(dashes: min(dashes + 1, 2))
        } else if octet == UInt8(ascii: ">"), dashes == 2 {
            state = .text
        } else {
            state = .comment(dashes: 0)
        }
    }

    private mutating func skip(_ octet: UInt8, end: [UInt8], matched: Int) {
        if lowercased(octet) == end[matched] {
            if matched + 1 == end.count {
                collected = Array(end.dropFirst())
                state = .tag(quote: nil, mark: octet)
            } else {
                state = .skipping(end: end, matched: matched + 1)
            }
        } else {
            state = .skipping(end: end, matched: octet == UInt8(ascii: "<") ? 1 : 0)
        }
    }

    private mutating func endTag(into output: inout [UInt8]) {
        let tag = HTMLTag(collected)
        state = .text
        layout.apply(tag, into: &output)
        if !tag.isClosing, let end = tag.element.endOfHiddenContent {
            state = .skipping(end: end, matched: 0)
        }
    }

    // Character references.

    private mutating func takeEntity(_ octet: UInt8, into output: inout [UInt8]) -> Bool {
        switch octet {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "#"):
            if collected.count < Self.longestEntity {
                collected.append(octet)
                return true
            }
        case UInt8(ascii: ";"):
            endEntity(hasSemicolon: true, into: &output)
            return true
        default: break
        }
        endEntity(hasSemicolon: false, into: &output)
        return false
    }

    private mutating func endEntity(hasSemicolon: Bool, into output: inout [UInt8]) {
        let name = collected
        collected = []
        state = .text
        if let scalar = HTMLEntity.scalar(named: name) {
            layout.write(scalar, into: &output)
        } else {
            layout.write(
                [UInt8(ascii: "&")] + name + (hasSemicolon ? [UInt8(ascii: ";")] : []), into: &output)
        }
    }
}
