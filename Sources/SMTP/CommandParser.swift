internal import Mail

/// Understands command lines.
///
/// RFC 5321 §4.1.1 and the extensions' RFCs.
///
/// Verbs, keywords and parameter names are compared without case. What an extension adds is parsed whether or not it
/// is offered here; whether it is allowed is the session's to say.
package enum CommandParser {
    /// Parses `line`, which has no CRLF.
    ///
    /// Throws what is wrong with it.
    package static func parse(_ line: [UInt8]) throws(SyntaxError) -> Command {
        guard !line.contains(where: { $0.isControl && $0 != 0x09 }), !line[...].holdsLateControl else {
            throw .controlCharacter
        }
        var reader = LineReader(line)
        let verb = reader.takeToken().uppercasedWord
        switch verb {
        case "HELO": return .hello(.helo, try name(&reader))
        case "EHLO": return .hello(.ehlo, try name(&reader))
        case "LHLO": return .hello(.lhlo, try name(&reader))
        case "MAIL": return try mail(&reader)
        case "RCPT": return try recipient(&reader)
        case "DATA": return try alone(.data, reader)
        case "BDAT": return try chunk(&reader)
        case "RSET": return try alone(.reset, reader)
        case "QUIT": return try alone(.quit, reader)
        case "STARTTLS": return try alone(.startTLS, reader)
        case "NOOP": return try withText(.noop, reader)
        case "HELP": return try withText(.help, reader)
        case "VRFY": return try verify(reader)
        case "EXPN", "TURN", "SEND", "SOML", "SAML", "ETRN": throw .notOffered
        case "AUTH": return try authenticate(&reader)
        case "XCLIENT": return .xclient(try XClientAttribute.list(&reader))
        default: throw .unknownCommand
        }
    }

    /// A command whose argument says nothing to us, but must be ASCII as any other, RFC 5321 §2.4.
    private static func withText(_ command: Command, _ reader: LineReader) throws(SyntaxError) -> Command {
        guard reader.rest.allSatisfy({ $0 < 0x80 }) else { throw .badArgument }
        return command
    }

    /// VRFY: names that are not ASCII come with SMTPUTF8, RFC 6531 §3.7.4.2.
    private static func verify(_ reader: LineReader) throws(SyntaxError) -> Command {
        guard !reader.isAtEnd else { throw .missingArgument }
        guard reader.rest.utf8Text != nil else { throw .invalidUTF8 }
        let isASCII = reader.rest.allSatisfy { $0 < 0x80 }
        let lastWord = reader.rest.split(separator: 0x20).last
        guard isASCII || lastWord?.uppercasedWord == "SMTPUTF8" else { throw .needsSMTPUTF8 }
        return .verify
    }

    private static func alone(_ command: Command, _ reader: LineReader) throws(SyntaxError) -> Command {
        guard reader.isAtEnd else { throw .unexpectedArgument }
        return command
    }

    /// The argument of HELO, EHLO and LHLO.
    ///
    /// Departs from RFC 5321 §4.1.1.1: many hosts give themselves a name that is no domain, and their mail is wanted;
    /// any word of visible characters will do.
    private static func name(_ reader: inout LineReader) throws(SyntaxError) -> String {
        guard reader.skipSpaces(), !reader.isAtEnd else { throw .missingArgument }
        let word = reader.takeToken()
        guard reader.isAtEnd, word.count <= LineReader.longestDomain, !word.contains(0x09) else {
            throw .badArgument
        }
        guard let text = word.utf8Text else { throw .invalidUTF8 }
        return text
    }

    private static func mail(_ reader: inout LineReader) throws(SyntaxError) -> Command {
        guard reader.skipSpaces(), reader.skipWord("FROM:") else { throw .badPath(isSender: true) }
        _ = reader.skipSpaces()
        let path = try reader.reversePath()
        var parameters = MailParameters()
        try forEachParameter(&reader) { (keyword, value) throws(SyntaxError) in
            try parameters.set(keyword, value)
        }
        if let path, !path.isASCII, !parameters.smtputf8 { throw .needsSMTPUTF8 }
        return .mail(path, parameters)
    }

    private static func recipient(_ reader: inout LineReader) throws(SyntaxError) -> Command {
        guard reader.skipSpaces(), reader.skipWord("TO:") else { throw .badPath(isSender: false) }
        _ = reader.skipSpaces()
        let path = try reader.forwardPath()
        try forEachParameter(&reader) { (_, _) throws(SyntaxError) in throw .unknownParameter }
        return .recipient(path)
    }

    /// BDAT's count: the largest number that makes sense, so that no count ever wraps, RFC 3030 §2.
    private static func chunk(_ reader: inout LineReader) throws(SyntaxError) -> Command {
        guard reader.skipSpaces() else { throw .badChunk }
        let digits = reader.takeToken()
        guard let count = decimal(digits), count < Int.max else { throw .badChunk }
        guard reader.skipSpaces() else { return .chunk(count: count, isLast: false) }
        guard reader.skipWord("LAST"), reader.isAtEnd else { throw .badChunk }
        return .chunk(count: count, isLast: true)
    }

    private static func authenticate(_ reader: inout LineReader) throws(SyntaxError) -> Command {
        guard reader.skipSpaces(), !reader.isAtEnd else { throw .missingArgument }
        let mechanism = reader.takeToken()
        guard reader.skipSpaces() else { return .authenticate(mechanism.uppercasedWord, .absent) }
        let response = reader.takeToken()
        guard reader.isAtEnd else { throw .unexpectedArgument }
        guard response != [UInt8(ascii: "=")] else {
            return .authenticate(mechanism.uppercasedWord, .octets([]))
        }
        let initial = Base64.decode(response).map(Command.InitialResponse.octets) ?? .malformed
        return .authenticate(mechanism.uppercasedWord, initial)
    }

    /// Reads `SP keyword ["=" value]` to the end of the line, RFC 5321 §4.1.2.
    private static func forEachParameter(
        _ reader: inout LineReader, _ take: (String, ArraySlice<UInt8>?) throws(SyntaxError) -> Void
    ) throws(SyntaxError) {
        while !reader.isAtEnd {
            guard reader.skipSpaces() else { throw .badArgument }
            let keyword = reader.take { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") }
            guard let first = keyword.first, first != UInt8(ascii: "-") else { throw .badArgument }
            var value: ArraySlice<UInt8>?
            if reader.skip(UInt8(ascii: "=")) {
                value = reader.take { $0 > 0x20 && $0 != UInt8(ascii: "=") }
                guard value?.isEmpty == false else { throw .badParameterValue }
            }
            guard reader.isAtEnd || reader.next == 0x20 else { throw .badParameterValue }
            try take(keyword.uppercasedWord, value)
        }
    }
}

extension EmailAddress {
    /// Whether both parts are ASCII.
    var isASCII: Bool { local.utf8.allSatisfy { $0 < 0x80 } && domain.utf8.allSatisfy { $0 < 0x80 } }
}

/// A number of decimal digits; one beyond `Int` is held at `Int.max`.
///
/// `nil` for no digits or more than twenty.
func decimal(_ digits: ArraySlice<UInt8>) -> Int? {
    guard (1...20).contains(digits.count) else { return nil }
    var value = 0
    for digit in digits {
        guard digit.isDigit else { return nil }
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(Int(digit) - 0x30)
        value = overflow || carry ? .max : sum
    }
    return value
}
