/// Appends the text of an unstructured field: unfolded, encoded words decoded, raw 8-bit octets made sense
/// of.
///
/// `raw` is the value as sent, folded, without its last line end. What is appended is always valid UTF-8,
/// without blanks at either end and without line ends. RFC 5322 §2.2.3, RFC 2047 §6.2.
package func decodeUnstructured(
    _ raw: Span<UInt8>, in context: FieldContext, into output: inout [UInt8], defects: inout DefectLog
) {
    let value = raw.extracting(raw.trimmedRange())
    guard !isPlain(value) else { return append(value, to: &output) }
    var text = HeaderText(context: context)
    text.append(value, to: &output)
    text.report(to: &defects)
}

/// The text of an unstructured field, as `decodeUnstructured` has it.
func unstructuredText(_ raw: Span<UInt8>, in context: FieldContext, defects: inout DefectLog) -> String {
    let value = raw.extracting(raw.trimmedRange())
    guard !isPlain(value) else { return value.text }
    var output: [UInt8] = []
    output.reserveCapacity(value.count)
    decodeUnstructured(value, in: context, into: &output, defects: &defects)
    return String(decoding: output, as: UTF8.self)
}

/// Whether `value` is ASCII on one line without encoded words.
private func isPlain(_ value: Span<UInt8>) -> Bool {
    var previous: UInt8 = 0
    for index in value.indices {
        let octet = value[index]
        if octet >= 0x80 || octet == 0x0D || octet == 0x0A { return false }
        if octet == UInt8(ascii: "?"), previous == UInt8(ascii: "=") { return false }
        previous = octet
    }
    return true
}

/// Decodes one header value.
///
/// The octets of encoded words that follow one another in the same charset are joined before they are
/// decoded, across B and Q, because senders cut characters in two; a shift state carries over too.
private struct HeaderText {
    private let context: FieldContext
    /// The octets of the encoded words read last, and the label they share.
    private var pending: [UInt8] = []
    private var pendingLabel: [UInt8] = []
    private var pendingCharset: Charset?
    private var pendingIsRaw = false
    private var sawRaw = false
    private var sawUnknown = false
    private var replaced = 0

    init(context: FieldContext) {
        self.context = context
    }

    mutating func append(_ value: Span<UInt8>, to output: inout [UInt8]) {
        var search = TerminatorSearch()
        var (index, plainStart) = (0, 0)
        var isBehindWord = false
        while index < value.count {
            guard value.opensEncodedWord(at: index),
                let word = EncodedWord(in: value, at: index, search: &search)
            else {
                index += 1
                continue
            }
            let between = value.extracting(plainStart..<index)
            if !(isBehindWord && between.skippingSpace(from: 0) == between.count) {
                flush(to: &output)
                appendPlain(between, to: &output)
            }
            take(word, of: value, to: &output)
            (index, plainStart, isBehindWord) = (word.end, word.end, true)
        }
        flush(to: &output)
        appendPlain(value.extracting(droppingFirst: plainStart), to: &output)
    }

    func report(to defects: inout DefectLog) {
        if sawRaw { defects.report(.rawHeaderOctets) }
        if sawUnknown { defects.report(.charsetUnknown) }
        defects.report(.charsetReplaced, count: replaced)
    }

    private mutating func take(_ word: EncodedWord, of value: Span<UInt8>, to output: inout [UInt8]) {
        let label = value.extracting(word.charset)
        if pending.isEmpty || !label.equals(pendingLabel) {
            let charset = Charset(label: label.text)
            if pending.isEmpty || charset != pendingCharset { flush(to: &output) }
            pendingLabel.removeAll(keepingCapacity: true)
            MIME.append(label, to: &pendingLabel)
            pendingCharset = charset
        }
        let text = value.extracting(word.text)
        if !word.isBase64, asciiPrefix(of: text, from: 0) < text.count { pendingIsRaw = true }
        word.appendContent(of: value, to: &pending)
    }

    /// Decodes what encoded words have gathered.
    private mutating func flush(to output: inout [UInt8]) {
        defer {
            pending.removeAll(keepingCapacity: true)
            pendingIsRaw = false
        }
        guard !pending.isEmpty else { return }
        let mark = output.count
        let isLoose = pendingIsRaw || pendingCharset == nil || Charset.isASCII(label: pendingLabel)
        if isLoose {
            if pendingCharset == nil { sawUnknown = true }
            appendLoosely(to: &output)
        } else if pendingCharset == .utf8, firstError(in: pending.span) == nil {
            output.append(contentsOf: pending)
        } else if let charset = pendingCharset {
            let decoder = CharsetDecoder(charset)
            decoder.decode(pending.span, into: &output)
            decoder.finish(into: &output)
            replaced += decoder.replaced
        }
        for index in mark..<output.count where output[index] == 0x0D || output[index] == 0x0A {
            output[index] = 0x20
        }
    }

    /// Decodes what has raw octets in it, or no usable charset.
    private mutating func appendLoosely(to output: inout [UInt8]) {
        var fallback = context
        if let pendingCharset, !Charset.isASCII(label: pendingLabel) {
            fallback.fallbackCharset = pendingCharset.name
        }
        if !RawText.append(pending.span, in: fallback, to: &output) { sawRaw = true }
    }

    /// Appends text between encoded words, unfolded.
    private mutating func appendPlain(_ octets: Span<UInt8>, to output: inout [UInt8]) {
        guard !octets.isEmpty else { return }
        var unfolded: [UInt8] = []
        unfolded.reserveCapacity(octets.count)
        var isASCII = true
        for index in octets.indices {
            let octet = octets[index]
            if octet >= 0x80 { isASCII = false }
            if octet == 0x0D || octet == 0x0A {
                let next = index + 1 < octets.count ? octets[index + 1] : 0x20
                if !isFoldingSpace(next) { unfolded.append(0x20) }
            } else {
                unfolded.append(octet)
            }
        }
        if isASCII {
            output.append(contentsOf: unfolded)
        } else if !RawText.append(unfolded.span, in: context, to: &output) {
            sawRaw = true
        }
    }
}
