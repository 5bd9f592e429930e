package import Mail

/// A command line, understood.
package enum Command: Equatable, Sendable {
    /// HELO, EHLO or LHLO and the name the peer gives itself.
    case hello(Greeting, String)
    /// MAIL FROM. `nil` is the null reverse-path.
    case mail(EmailAddress?, MailParameters)
    /// RCPT TO.
    case recipient(ForwardPath)
    /// DATA.
    case data
    /// BDAT: a chunk of `count` octets follows the line. RFC 3030 §2.
    case chunk(count: Int, isLast: Bool)
    /// RSET.
    case reset
    /// NOOP, whatever its argument.
    case noop
    /// QUIT.
    case quit
    /// HELP, whatever its argument.
    case help
    /// VRFY.
    case verify
    /// STARTTLS. RFC 3207.
    case startTLS
    /// AUTH with the mechanism in upper case. RFC 4954 §4.
    case authenticate(String, InitialResponse)
    /// XCLIENT. Postfix XCLIENT_README.
    case xclient([XClientAttribute])

    /// Which of the three greetings.
    package enum Greeting: Sendable {
        /// HELO.
        case helo
        /// EHLO.
        case ehlo
        /// LHLO. RFC 2033 §4.1.
        case lhlo
    }

    /// Where RCPT points.
    package enum ForwardPath: Equatable, Sendable {
        /// `<Postmaster>` without a domain. RFC 5321 §4.5.1.
        case postmaster
        /// A mailbox; a source route in front of it is gone.
        case mailbox(EmailAddress)
    }

    /// The initial response of AUTH.
    package enum InitialResponse: Equatable, Sendable {
        /// None was sent.
        case absent
        /// These octets; none for `=`.
        case octets([UInt8])
        /// It is not base64.
        case malformed
    }
}

/// The parameters of MAIL.
package struct MailParameters: Equatable, Sendable {
    /// SIZE=.
    ///
    /// Twenty digits fit the grammar but not an integer: such a number is held at the largest.
    package var size: Int?
    /// BODY=.
    package var body: Envelope.BodyType?
    /// SMTPUTF8.
    package var smtputf8 = false
    /// REQUIRETLS.
    package var requireTLS = false
    /// AUTH= was given and is well-formed.
    ///
    /// Who sent it is not trusted to tell, so its value is not kept.
    package var hasAuth = false

    /// No parameters.
    package init() {}
}

/// One attribute of XCLIENT.
package enum XClientAttribute: Equatable, Sendable {
    /// ADDR. `nil`: unavailable.
    case address(IPAddress?)
    /// PORT.
    case port(UInt16?)
    /// NAME.
    case name(String?)
    /// HELO.
    case helo(String?)
    /// LOGIN.
    case login(String?)
    /// PROTO, and whether it is ESMTP.
    case isExtended(Bool)
    /// DESTADDR or DESTPORT, which change nothing here.
    case destination

    /// Whether this says whose connection it is.
    var isAddress: Bool {
        if case .address = self { true } else { false }
    }
}
