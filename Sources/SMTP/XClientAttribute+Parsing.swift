internal import Mail

/// XCLIENT's attributes, as Postfix's XCLIENT_README has them: names without case, values in xtext,
/// `[UNAVAILABLE]` and `[TEMPUNAVAIL]` for what is not known.
extension XClientAttribute {
    /// What EHLO says we understand.
    static let offer = "NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT"

    /// Reads `SP name "=" value` to the end of the line; at least one.
    static func list(_ reader: inout LineReader) throws(SyntaxError) -> [XClientAttribute] {
        var attributes: [XClientAttribute] = []
        while !reader.isAtEnd {
            guard reader.skipSpaces() else { throw .badArgument }
            let name = reader.take { $0.isLetter }.uppercasedWord
            guard reader.skip(UInt8(ascii: "=")) else { throw .badArgument }
            attributes.append(try attribute(name, reader.takeToken()))
        }
        guard !attributes.isEmpty else { throw .missingArgument }
        return attributes
    }

    private static func attribute(_ name: String, _ value: ArraySlice<UInt8>) throws(SyntaxError)
        -> XClientAttribute
    {
        let isKnown = !["[UNAVAILABLE]", "[TEMPUNAVAIL]"].contains(value.uppercasedWord)
        guard let octets = xtext(value), let text = octets[...].utf8Text,
            !octets.contains(where: \.isControl), !octets[...].holdsLateControl,
            octets.count <= LineReader.longestDomain
        else { throw .badArgument }
        switch name {
        case "ADDR": return .address(isKnown ? try address(text) : nil)
        case "PORT": return .port(isKnown ? try port(text) : nil)
        case "NAME": return .name(isKnown ? text : nil)
        case "HELO": return .helo(isKnown ? text : nil)
        case "LOGIN": return .login(isKnown ? text : nil)
        case "PROTO": return .isExtended(try isExtended(text))
        case "DESTADDR":
            if isKnown { _ = try address(text) }
            return .destination
        case "DESTPORT":
            if isKnown { _ = try port(text) }
            return .destination
        default: throw .badArgument
        }
    }

    private static func address(_ text: String) throws(SyntaxError) -> IPAddress {
        let isVersion6 = text.utf8.prefix(5).elementsEqual("IPV6:".utf8, by: { uppercased($0) == $1 })
        guard let address = IPAddress(isVersion6 ? text.dropFirst(5) : text[...]) else { throw .badArgument }
        if isVersion6, case .v4 = address { throw .badArgument }
        return address.unmapped
    }

    private static func port(_ text: String) throws(SyntaxError) -> UInt16 {
        guard let port = UInt16(text) else { throw .badArgument }
        return port
    }

    private static func isExtended(_ text: String) throws(SyntaxError) -> Bool {
        switch Array(text.utf8)[...].uppercasedWord {
        case "SMTP": false
        case "ESMTP": true
        default: throw .badArgument
        }
    }
}
