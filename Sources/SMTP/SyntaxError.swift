/// Why a command line was refused.
package enum SyntaxError: Error, Equatable, Sendable {
    /// The line has more octets than we look at.
    case lineTooLong
    /// The line holds a control character of ASCII, a bare CR or LF among them, or of Unicode.
    case controlCharacter
    /// The verb is none of ours.
    case unknownCommand
    /// A command of RFC 5321 that we do not offer.
    case notOffered
    /// The command takes an argument and none is there.
    case missingArgument
    /// The command takes no argument and one is there.
    case unexpectedArgument
    /// The argument stops making sense.
    case badArgument
    /// The path is no path. RFC 5321 §4.1.2.
    case badPath(isSender: Bool)
    /// A local part over 64, a domain over 255 or a path over 256 octets. RFC 5321 §4.5.3.1.
    case pathTooLong(isSender: Bool)
    /// Non-ASCII characters without SMTPUTF8. RFC 6531 §3.5.
    case needsSMTPUTF8
    /// The octets are not UTF-8.
    case invalidUTF8
    /// A parameter of an extension that is not offered. RFC 5321 §4.1.1.11.
    case unknownParameter
    /// A parameter twice.
    case repeatedParameter
    /// A parameter's value is missing, superfluous or malformed.
    case badParameterValue
    /// BDAT whose count or keyword makes no sense: where its chunk ends is unknown. RFC 3030 §2.
    case badChunk
}

extension Reply {
    /// The reply for a command line that could not be parsed.
    package init(_ error: SyntaxError) {
        switch error {
        case .lineTooLong: self.init(500, "5.5.2", "Line too long")
        case .controlCharacter: self.init(500, "5.5.2", "Control character or bare CR or LF in command")
        case .unknownCommand: self.init(500, "5.5.1", "Command not recognised")
        case .notOffered: self.init(502, "5.5.1", "Command not implemented")
        case .missingArgument: self.init(501, "5.5.4", "Argument missing")
        case .unexpectedArgument: self.init(501, "5.5.4", "This command takes no argument")
        case .badArgument: self.init(501, "5.5.4", "Syntax error in argument")
        case .badPath(let isSender): self.init(501, isSender ? "5.1.7" : "5.1.3", "Bad address syntax")
        case .pathTooLong(let isSender): self.init(501, isSender ? "5.1.7" : "5.1.3", "Address too long")
        case .needsSMTPUTF8: self.init(553, "5.6.7", "Address needs SMTPUTF8")
        case .invalidUTF8: self.init(501, "5.5.2", "Not valid UTF-8")
        case .unknownParameter: self.init(555, "5.5.4", "Parameter not recognised or not offered")
        case .repeatedParameter: self.init(501, "5.5.4", "Parameter given twice")
        case .badParameterValue: self.init(501, "5.5.4", "Bad parameter value")
        case .badChunk: self.init(501, "5.5.4", "Bad BDAT argument, closing")
        }
    }
}
