internal import Mail

/// Reverse-paths and forward-paths. RFC 5321 §4.1.2, with the UTF-8 of RFC 6531 §3.3.
///
/// ```
/// path      = "<" [ at-domain *( "," at-domain ) ":" ] mailbox ">"      the source route is read and dropped
/// mailbox   = local-part "@" ( domain / address-literal )
/// ```
extension LineReader {
    /// Longest local part, RFC 5321 §4.5.3.1.1.
    static let longestLocalPart = 64
    /// Longest domain, RFC 5321 §4.5.3.1.2.
    static let longestDomain = 255
    /// Longest path with its brackets, RFC 5321 §4.5.3.1.3.
    static let longestPath = 256
    /// Longest label of a domain in ASCII, RFC 1035 §2.3.4.
    ///
    /// One in UTF-8 may be longer, since its limit is that of its ASCII form: RFC 5890 §4.2.
    static let longestLabel = 63

    /// Reads `<…>` of MAIL; `nil` is the null reverse-path.
    mutating func reversePath() throws(SyntaxError) -> EmailAddress? {
        let start = position
        guard skip(UInt8(ascii: "<")) else { throw .badPath(isSender: true) }
        if skip(UInt8(ascii: ">")) { return nil }
        let address = try routedMailbox(isSender: true)
        try closePath(from: start, isSender: true)
        return address
    }

    /// Reads `<…>` of RCPT.
    mutating func forwardPath() throws(SyntaxError) -> Command.ForwardPath {
        let start = position
        guard skip(UInt8(ascii: "<")) else { throw .badPath(isSender: false) }
        var ahead = self
        if ahead.skipWord("POSTMASTER"), ahead.skip(UInt8(ascii: ">")) {
            self = ahead
            return .postmaster
        }
        let address = try routedMailbox(isSender: false)
        try closePath(from: start, isSender: false)
        return .mailbox(address)
    }

    private mutating func closePath(from start: Int, isSender: Bool) throws(SyntaxError) {
        guard skip(UInt8(ascii: ">")) else { throw .badPath(isSender: isSender) }
        guard position - start <= Self.longestPath else { throw .pathTooLong(isSender: isSender) }
    }

    private mutating func routedMailbox(isSender: Bool) throws(SyntaxError) -> EmailAddress {
        if next == UInt8(ascii: "@") { try skipSourceRoute(isSender: isSender) }
        let local = try localPart(isSender: isSender)
        guard skip(UInt8(ascii: "@")) else { throw .badPath(isSender: isSender) }
        let domain = try domainOrLiteral(isSender: isSender)
        return EmailAddress(local: local, domain: domain)
    }

    /// Source routes are read and ignored, RFC 5321 §4.1.1.3, appendix C.
    private mutating func skipSourceRoute(isSender: Bool) throws(SyntaxError) {
        repeat {
            guard skip(UInt8(ascii: "@")) else { throw .badPath(isSender: isSender) }
            _ = try domainOrLiteral(isSender: isSender)
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: ":")) else { throw .badPath(isSender: isSender) }
    }

    private mutating func localPart(isSender: Bool) throws(SyntaxError) -> String {
        let start = position
        let octets =
            next == UInt8(ascii: "\"")
            ? try quotedString(isSender: isSender) : try dotString(isSender: isSender)
        guard position - start <= Self.longestLocalPart else { throw .pathTooLong(isSender: isSender) }
        guard let text = octets[...].utf8Text else { throw .invalidUTF8 }
        return text
    }

    private mutating func dotString(isSender: Bool) throws(SyntaxError) -> [UInt8] {
        let start = position
        repeat {
            guard !take(while: isAtomText).isEmpty else { throw .badPath(isSender: isSender) }
        } while skip(.dot)
        return Array(line[start..<position])
    }

    private mutating func quotedString(isSender: Bool) throws(SyntaxError) -> [UInt8] {
        var octets: [UInt8] = []
        guard skip(UInt8(ascii: "\"")) else { throw .badPath(isSender: isSender) }
        while let octet = takeOne() {
            switch octet {
            case UInt8(ascii: "\""):
                return octets
            case UInt8(ascii: "\\"):
                guard let escaped = takeOne(), escaped >= 0x20, escaped < 0x7F else {
                    throw .badPath(isSender: isSender)
                }
                octets.append(escaped)
            default:
                guard !octet.isControl else { throw .badPath(isSender: isSender) }
                octets.append(octet)
            }
        }
        throw .badPath(isSender: isSender)
    }

    private mutating func domainOrLiteral(isSender: Bool) throws(SyntaxError) -> String {
        let start = position
        if skip(UInt8(ascii: "[")) {
            let literal = take { $0 != UInt8(ascii: "]") }
            guard skip(UInt8(ascii: "]")), isAddressLiteral(literal) else {
                throw .badPath(isSender: isSender)
            }
        } else {
            try skipDomain(isSender: isSender)
        }
        guard position - start <= Self.longestDomain else { throw .pathTooLong(isSender: isSender) }
        guard let text = line[start..<position].utf8Text else { throw .invalidUTF8 }
        return text
    }

    private mutating func skipDomain(isSender: Bool) throws(SyntaxError) {
        repeat {
            let label = take { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 >= 0x80 }
            guard let first = label.first, let last = label.last, first != UInt8(ascii: "-"),
                last != UInt8(ascii: "-")
            else { throw .badPath(isSender: isSender) }
            guard label.count <= Self.longestLabel || label.contains(where: { $0 >= 0x80 }) else {
                throw .pathTooLong(isSender: isSender)
            }
        } while skip(.dot)
    }
}

/// What stands between the brackets of an address literal.
///
/// RFC 5321 §4.1.3; general literals are not understood.
func isAddressLiteral(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.count > 5, text.prefix(5).elementsEqual("IPV6:".utf8, by: { uppercased($0) == $1 }) else {
        if case .v4 = IPAddress(utf8: text) { return true }
        return false
    }
    if case .v6 = IPAddress(utf8: text.dropFirst(5)) { return true }
    return false
}

/// Whether `name` is a domain or an address literal as EHLO should have it, RFC 5321 §4.1.1.1.
func isDomainOrLiteral(_ name: String) -> Bool {
    if name.utf8.first == UInt8(ascii: "["), name.utf8.last == UInt8(ascii: "]"), name.utf8.count > 2 {
        return isAddressLiteral(Array(name.utf8.dropFirst().dropLast())[...])
    }
    var (length, previous) = (0, UInt8.dot)
    for octet in name.utf8 {
        let isHyphen = octet == UInt8(ascii: "-")
        if octet == .dot {
            guard length > 0, previous != UInt8(ascii: "-") else { return false }
            length = 0
        } else {
            guard octet.isLetter || octet.isDigit || isHyphen && length > 0 else { return false }
            length += 1
        }
        guard length <= LineReader.longestLabel else { return false }
        previous = octet
    }
    return length > 0 && previous != UInt8(ascii: "-")
}
