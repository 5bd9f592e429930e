/// Writes JSON as octets, comma by comma, into one buffer (RFC 8259).
///
/// What comes out is valid UTF-8 whatever goes in: of octets that are not, each maximal subpart becomes U+FFFD
/// (Unicode §3.9). Only what JSON demands is escaped, and U+2028 and U+2029, which end a line in old JavaScript.
/// Every `begin…` has its `end…`, and a value in an object follows a `name`: that is the caller's part.
package struct JSONWriter: Sendable {
    /// What was written.
    ///
    /// Whoever appends here himself writes inside a string or keeps to the grammar.
    package var bytes: [UInt8] = []
    private var needsComma = false
    /// The begin of a character whose rest is in the next piece of a string.
    private var cutCharacter: [UInt8] = []

    /// A writer with an empty buffer.
    package init() {}

    /// Empties the buffer and keeps its memory.
    package mutating func reset() {
        bytes.removeAll(keepingCapacity: true)
        cutCharacter.removeAll(keepingCapacity: true)
        needsComma = false
    }

    /// Begins an object.
    package mutating func beginObject() { open("{") }

    /// Ends an object.
    package mutating func endObject() { close("}") }

    /// Begins an array.
    package mutating func beginArray() { open("[") }

    /// Ends an array.
    package mutating func endArray() { close("]") }

    /// Writes the name of the next member; it holds nothing that is escaped.
    package mutating func name(_ name: StaticString) {
        let needsComma = needsComma
        name.withUTF8Buffer { buffer in
            bytes.append(addingCapacity: buffer.count + 4) { output in
                if needsComma { output.append(UInt8(ascii: ",")) }
                output.append(UInt8(ascii: "\""))
                for index in buffer.indices { unsafe output.append(buffer[index]) }
                output.append(UInt8(ascii: "\""))
                output.append(UInt8(ascii: ":"))
            }
        }
        self.needsComma = false
    }

    /// Writes the name of the next member, from outside.
    package mutating func name(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes `null`.
    package mutating func null() { literal("null") }

    /// Writes `true` or `false`.
    package mutating func boolean(_ value: Bool) { literal(value ? "true" : "false") }

    /// Writes an integer in decimal.
    package mutating func integer(_ value: Int) {
        separate()
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        appendDecimal(value.magnitude, width: 1)
        needsComma = true
    }

    /// Writes a string.
    package mutating func string(_ text: String) {
        string(text.utf8Span.span)
    }

    /// Writes a string from octets that ought to be UTF-8.
    package mutating func string(_ octets: Span<UInt8>) {
        guard UTF8Scanner.endOfPlainRun(octets, from: 0) == octets.count else {
            beginString()
            piece(octets)
            return endString()
        }
        let needsComma = needsComma
        bytes.append(addingCapacity: octets.count + 3) { output in
            if needsComma { output.append(UInt8(ascii: ",")) }
            output.append(UInt8(ascii: "\""))
            Mail.append(octets, to: &output)
            output.append(UInt8(ascii: "\""))
        }
        self.needsComma = true
    }

    /// Writes a string of lower-case hexadecimal digits.
    package mutating func hexadecimal(_ octets: [UInt8]) {
        beginString()
        bytes.append(addingCapacity: 2 * octets.count) { output in
            for octet in octets {
                output.append(hexadecimalDigit(octet >> 4))
                output.append(hexadecimalDigit(octet & 15))
            }
        }
        endString()
    }

    /// Writes a string with the instant by RFC 3339, in UTC and with milliseconds.
    package mutating func timestamp(_ instant: Timestamp) {
        let time = CivilTime(instant)
        separate()
        bytes.append(UInt8(ascii: "\""))
        appendDecimal(time.year.magnitude, width: 4, then: "-")
        appendDecimal(time.month.magnitude, width: 2, then: "-")
        appendDecimal(time.day.magnitude, width: 2, then: "T")
        appendDecimal(time.hour.magnitude, width: 2, then: ":")
        appendDecimal(time.minute.magnitude, width: 2, then: ":")
        appendDecimal(time.second.magnitude, width: 2, then: ".")
        appendDecimal(time.millisecond.magnitude, width: 3, then: "Z")
        endString()
    }

    private mutating func open(_ bracket: Unicode.Scalar) {
        separate()
        bytes.append(UInt8(ascii: bracket))
        needsComma = false
    }

    private mutating func close(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        needsComma = true
    }

    private mutating func literal(_ text: StaticString) {
        separate()
        text.withUTF8Buffer { buffer in unsafe bytes.append(contentsOf: buffer) }
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func appendDecimal(_ value: UInt, width: Int) {
        var (scale, digits): (UInt, Int) = (1, 1)
        while value / scale >= 10 || digits < width {
            scale *= 10
            digits += 1
        }
        bytes.append(addingCapacity: digits) { output in
            while scale > 0 {
                output.append(UInt8(ascii: "0") + UInt8(value / scale % 10))
                scale /= 10
            }
        }
    }

    private mutating func appendDecimal(_ value: UInt, width: Int, then end: Unicode.Scalar) {
        appendDecimal(value, width: width)
        bytes.append(UInt8(ascii: end))
    }
}

extension JSONWriter {
    /// Begins a string whose text comes in pieces.
    package mutating func beginString() {
        separate()
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes a piece of the string's text; it may end within a character.
    package mutating func piece(_ octets: Span<UInt8>) {
        var index = cutCharacter.isEmpty ? 0 : completeCutCharacter(with: octets)
        while index < octets.count {
            let end = UTF8Scanner.endOfPlainRun(octets, from: index)
            append(octets, from: index, to: end)
            index = end
            guard index < octets.count else { return }
            index += appendSpecial(octets, at: index)
        }
    }

    /// Ends the string.
    package mutating func endString() {
        finishPieces()
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// Writes U+FFFD if the last piece ended within a character.
    package mutating func finishPieces() {
        guard !cutCharacter.isEmpty else { return }
        cutCharacter.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: UTF8Scanner.replacement)
    }

    /// Takes octets until the character that the last piece cut is whole or broken; returns how many.
    private mutating func completeCutCharacter(with octets: Span<UInt8>) -> Int {
        var taken = 0
        while !cutCharacter.isEmpty, taken < octets.count {
            cutCharacter.append(octets[taken])
            switch UTF8Scanner.character(in: cutCharacter.span, at: 0) {
            case .incomplete:
                taken += 1
            case .malformed:
                cutCharacter.removeAll(keepingCapacity: true)
                bytes.append(contentsOf: UTF8Scanner.replacement)
            case .whole:
                taken += 1
                let whole = cutCharacter
                cutCharacter.removeAll(keepingCapacity: true)
                piece(whole.span)
            }
        }
        return taken
    }

    /// Writes what stands at `index` and is not plain; returns how many octets that took.
    private mutating func appendSpecial(_ octets: Span<UInt8>, at index: Int) -> Int {
        let octet = octets[index]
        guard octet >= 0x80 else {
            appendEscape(octet)
            return 1
        }
        switch UTF8Scanner.character(in: octets, at: index) {
        case .whole(let count):
            bytes.append(contentsOf: octets[index + 2] == 0xA8 ? "\\u2028".utf8 : "\\u2029".utf8)
            return count
        case .malformed(let count):
            bytes.append(contentsOf: UTF8Scanner.replacement)
            return count
        case .incomplete:
            for rest in index..<octets.count { cutCharacter.append(octets[rest]) }
            return octets.count - index
        }
    }

    private mutating func appendEscape(_ octet: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch octet {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(octet)
        default:
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(hexadecimalDigit(octet >> 4))
            bytes.append(hexadecimalDigit(octet & 15))
        }
    }

    private mutating func append(_ octets: Span<UInt8>, from start: Int, to end: Int) {
        guard start < end else { return }
        unsafe octets.extracting(start..<end).withUnsafeBufferPointer { run in
            unsafe bytes.append(contentsOf: run)
        }
    }
}

/// Appends `octets` to `output`, which has room for them, in one copy.
private func append(_ octets: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
    precondition(octets.count <= output.freeCapacity, "the caller reserves room for what it appends")
    // Safe: there is room, as checked, and the source is read only inside the closure.
    unsafe output.withUnsafeMutableBufferPointer { buffer, count in
        unsafe octets.withUnsafeBufferPointer { source in
            guard let from = source.baseAddress, let to = buffer.baseAddress else { return }
            unsafe (to + count).initialize(from: from, count: source.count)
        }
        count += octets.count
    }
}

private func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}
