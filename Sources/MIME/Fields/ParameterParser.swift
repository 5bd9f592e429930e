/// Reads the parameters of a field, as sent: `; name=value; name*0*=charset'language'value`.
///
/// - A value without quotes ends at a blank, a comment or a semicolon. One of `filename` or `name` goes on
///   through blanks to the semicolon, unless what follows the blank is another parameter whose semicolon is
///   missing.
/// - In quotes a backslash stands for itself, unless a quote or a backslash follows: nobody means
///   `C:TEMPa.png`.
/// - A value whose closing quote is missing runs to the end of its line.
struct ParameterParser {
    /// What was wrong, after what was wrong before.
    private(set) var defects: DefectLog
    private let context: FieldContext
    private var collected = ParameterCollector()
    private var search = TerminatorSearch()
    private var isWithoutClosingQuote = false
    private var isDamaged = false

    init(context: FieldContext, defects: DefectLog) {
        self.context = context
        self.defects = defects
    }

    /// The parameters in `octets` from `start` on.
    mutating func parse(_ octets: Span<UInt8>, from start: Int) -> Parameters {
        var index = start
        while true {
            index = skipSeparators(octets, from: index)
            guard index < octets.count else { break }
            guard collected.hasRoom(within: context.limits) else {
                defects.report(.parameterLimit, at: index)
                break
            }
            index = parameter(octets, at: index)
        }
        if isDamaged { defects.report(.invalidParameter) }
        return collected.parameters(in: context, defects: &defects)
    }

    private func skipSeparators(_ octets: Span<UInt8>, from start: Int) -> Int {
        var index = octets.skippingComments(from: start)
        while index < octets.count, octets[index] == UInt8(ascii: ";") {
            index = octets.skippingComments(from: index + 1)
        }
        return index
    }

    private mutating func parameter(_ octets: Span<UInt8>, at start: Int) -> Int {
        var end = start
        while end < octets.count, !endsName(octets[end]) { end += 1 }
        let equals = octets.skippingComments(from: end)
        guard equals < octets.count, octets[equals] == UInt8(ascii: "=") else {
            isDamaged = true
            return max(end, start + 1)
        }
        let name = ParameterName(octets.extracting(start..<end))
        var value: [UInt8] = []
        let next = self.value(octets, from: equals + 1, isFileName: name.isFileName, to: &value)
        if name.base.isEmpty {
            isDamaged = true
        } else {
            collected.add(name, value, context.limits)
        }
        return next
    }

    private func endsName(_ octet: UInt8) -> Bool {
        octet == UInt8(ascii: "=") || octet == UInt8(ascii: ";") || octet == UInt8(ascii: "(")
            || isFoldingSpace(octet)
    }

    private mutating func value(
        _ octets: Span<UInt8>, from start: Int, isFileName: Bool, to value: inout [UInt8]
    ) -> Int {
        let first = isFileName ? octets.skippingSpace(from: start) : octets.skippingComments(from: start)
        guard first < octets.count else { return first }
        guard octets[first] == UInt8(ascii: "\"") else {
            return run(octets, from: first, isFileName: isFileName, to: &value)
        }
        return quoted(octets, from: first, to: &value)
    }

    // Values in quotes.

    /// Reads a quoted value and those that follow it: a folded value is sometimes quoted line by line.
    private mutating func quoted(_ octets: Span<UInt8>, from start: Int, to value: inout [UInt8]) -> Int {
        var index = start
        while let end = closingQuote(octets, from: index + 1) {
            appendQuoted(octets.extracting(index + 1..<end), to: &value)
            index = octets.skippingSpace(from: end + 1)
            guard index < octets.count, octets[index] == UInt8(ascii: "\"") else {
                return skipJunk(octets, from: end + 1)
            }
            if index > end + 1 { value.append(0x20) }
        }
        isDamaged = true
        return unclosed(octets, from: index, to: &value)
    }

    private mutating func closingQuote(_ octets: Span<UInt8>, from start: Int) -> Int? {
        guard !isWithoutClosingQuote else { return nil }
        var index = start
        while index < octets.count {
            if octets[index] == UInt8(ascii: "\"") { return index }
            index += isQuotedPair(octets, at: index) ? 2 : 1
        }
        isWithoutClosingQuote = true
        return nil
    }

    private func isQuotedPair(_ octets: Span<UInt8>, at index: Int) -> Bool {
        octets[index] == UInt8(ascii: "\\") && index + 1 < octets.count
            && (octets[index + 1] == UInt8(ascii: "\"") || octets[index + 1] == UInt8(ascii: "\\"))
    }

    private func appendQuoted(_ octets: Span<UInt8>, to value: inout [UInt8]) {
        var index = 0
        while index < octets.count {
            if isQuotedPair(octets, at: index) { index += 1 }
            if octets[index] != 0x0D, octets[index] != 0x0A { value.append(octets[index]) }
            index += 1
        }
    }

    /// Reads what an unclosed quote opens; a quote with nothing behind it is the value itself.
    private func unclosed(_ octets: Span<UInt8>, from quote: Int, to value: inout [UInt8]) -> Int {
        var end = quote + 1
        while end < octets.count, octets[end] != 0x0D, octets[end] != 0x0A { end += 1 }
        var line = octets.extracting(quote + 1..<end)
        line = line.extracting(line.trimmedRange())
        if line.count > 1, line[line.count - 1] == UInt8(ascii: "\"") {
            line = line.extracting(droppingLast: 1)
        }
        if line.count > 1, line[line.count - 1] == UInt8(ascii: "\\") {
            line = line.extracting(droppingLast: 1)
        }
        if line.isEmpty { line = octets.extracting(quote...quote) }
        appendQuoted(line, to: &value)
        return end
    }

    private func skipJunk(_ octets: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < octets.count, octets[index] != UInt8(ascii: ";"), !isFoldingSpace(octets[index]) {
            index += 1
        }
        return index
    }

    // Values without quotes.

    private mutating func run(
        _ octets: Span<UInt8>, from start: Int, isFileName: Bool, to value: inout [UInt8]
    ) -> Int {
        var index = start
        while index < octets.count, octets[index] != UInt8(ascii: ";") {
            var end = index + 1
            if isFoldingSpace(octets[index]) {
                guard isFileName, !octets.endsRun(at: index) else { return index }
                end = octets.skippingComments(from: index)
            } else if !isFileName, octets[index] == UInt8(ascii: "(") {
                return index
            } else if octets.opensEncodedWord(at: index),
                let word = EncodedWord(in: octets, at: index, search: &search)
            {
                end = word.end
            }
            for place in index..<end where octets[place] != 0x0D && octets[place] != 0x0A {
                value.append(octets[place])
            }
            index = end
        }
        return index
    }
}
