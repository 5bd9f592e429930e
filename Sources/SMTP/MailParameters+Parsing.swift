internal import Mail

extension MailParameters {
    /// Takes one parameter of MAIL.
    ///
    /// A name we do not know is an error, and so is one that comes twice.
    mutating func set(_ keyword: String, _ value: ArraySlice<UInt8>?) throws(SyntaxError) {
        switch keyword {
        case "SIZE": try setSize(value)
        case "BODY": try setBody(value)
        case "SMTPUTF8": try setFlag(\.smtputf8, value)
        case "REQUIRETLS": try setFlag(\.requireTLS, value)
        case "AUTH": try setAuth(value)
        default: throw .unknownParameter
        }
    }

    /// RFC 1870 §3: one to twenty digits.
    private mutating func setSize(_ value: ArraySlice<UInt8>?) throws(SyntaxError) {
        guard size == nil else { throw .repeatedParameter }
        guard let value, let number = decimal(value) else { throw .badParameterValue }
        size = number
    }

    private mutating func setBody(_ value: ArraySlice<UInt8>?) throws(SyntaxError) {
        guard body == nil else { throw .repeatedParameter }
        switch value?.uppercasedWord {
        case "7BIT": body = .sevenBit
        case "8BITMIME": body = .eightBitMIME
        case "BINARYMIME": body = .binaryMIME
        default: throw .badParameterValue
        }
    }

    private mutating func setFlag(
        _ flag: WritableKeyPath<MailParameters, Bool>, _ value: ArraySlice<UInt8>?
    ) throws(SyntaxError) {
        guard !self[keyPath: flag] else { throw .repeatedParameter }
        guard value == nil else { throw .badParameterValue }
        self[keyPath: flag] = true
    }

    /// RFC 4954 §5: `<>` or a mailbox in xtext.
    private mutating func setAuth(_ value: ArraySlice<UInt8>?) throws(SyntaxError) {
        guard !hasAuth else { throw .repeatedParameter }
        guard let value, value.elementsEqual("<>".utf8) || xtext(value) != nil else {
            throw .badParameterValue
        }
        hasAuth = true
    }
}

/// The octets that `text` stands for in the encoding of RFC 3461 §4; `nil` when it is not that encoding.
func xtext(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var octets: [UInt8] = []
    var position = text.startIndex
    while position < text.endIndex {
        let octet = text[position]
        guard octet > 0x20, octet < 0x7F, octet != UInt8(ascii: "=") else { return nil }
        if octet == UInt8(ascii: "+") {
            guard position + 2 < text.endIndex, let high = hexadecimal(text[position + 1]),
                let low = hexadecimal(text[position + 2])
            else { return nil }
            octets.append(high << 4 | low)
            position += 3
        } else {
            octets.append(octet)
            position += 1
        }
    }
    return octets
}

/// The value of a digit of xtext: `0`…`9` and `A`…`F`, upper case only.
private func hexadecimal(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - 0x30
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - 0x37
    default: nil
    }
}
