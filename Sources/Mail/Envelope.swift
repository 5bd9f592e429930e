/// What SMTP said about a message, apart from the message: the payload's `data.envelope`.
///
/// It is stored with the message as JSON and never changes afterwards.
package struct Envelope: Equatable, Sendable, Codable {
    /// The reverse-path as text; empty for the null sender.
    package var mailFrom: String
    /// Every accepted recipient in the order of RCPT, a repeated address once.
    package var recipients: [Recipient]
    /// The name of the listener that took the connection.
    package var listener: String
    /// The argument of HELO, EHLO or LHLO.
    package var helo: String
    /// The peer's address as text; an IPv4-mapped one as IPv4.
    ///
    /// `nil` for a Unix socket.
    package var remoteIP: String?
    /// The peer's host name; `nil` until it was looked up.
    package var remoteName: String?
    /// The TLS session; `nil` in plaintext.
    package var tls: TLSSession?
    /// The authenticated user; `nil` without AUTH.
    package var auth: String?
    /// What BODY= said.
    ///
    /// RFC 6152, RFC 3030.
    package var body: BodyType
    /// Whether SMTPUTF8 was given.
    ///
    /// RFC 6531.
    package var smtputf8: Bool
    /// Whether REQUIRETLS was given.
    ///
    /// RFC 8689.
    package var requireTLS: Bool

    /// An envelope of these parts.
    package init(
        mailFrom: String, recipients: [Recipient], listener: String, helo: String, remoteIP: String?,
        remoteName: String? = nil, tls: TLSSession? = nil, auth: String? = nil, body: BodyType = .sevenBit,
        smtputf8: Bool = false, requireTLS: Bool = false
    ) {
        self.mailFrom = mailFrom
        self.recipients = recipients
        self.listener = listener
        self.helo = helo
        self.remoteIP = remoteIP
        self.remoteName = remoteName
        self.tls = tls
        self.auth = auth
        self.body = body
        self.smtputf8 = smtputf8
        self.requireTLS = requireTLS
    }

    /// The BODY parameter of MAIL.
    package enum BodyType: String, Sendable, Codable {
        /// 7BIT, or no parameter.
        case sevenBit = "7bit"
        /// 8BITMIME. RFC 6152.
        case eightBitMIME = "8bitmime"
        /// BINARYMIME. RFC 3030.
        case binaryMIME = "binarymime"
    }

    /// The TLS session that carried the message.
    package struct TLSSession: Equatable, Sendable, Codable {
        /// OpenSSL's name of the version: `TLSv1.3`.
        package var version: String
        /// OpenSSL's name of the cipher suite.
        package var cipher: String

        /// A session of this version and cipher.
        package init(version: String, cipher: String) {
            self.version = version
            self.cipher = cipher
        }
    }
}

/// One accepted recipient of a message.
package struct Recipient: Equatable, Sendable, Codable {
    /// The address as sent, with the domain in lower case.
    package var address: String
    /// The local part, unquoted and without the tag.
    package var local: String
    /// The sub-address behind the separator; `nil` when there is none.
    package var tag: String?
    /// The domain in lower case.
    package var domain: String

    /// A recipient of these parts.
    package init(address: String, local: String, tag: String?, domain: String) {
        self.address = address
        self.local = local
        self.tag = tag
        self.domain = domain
    }
}

/// Why a delivery has a recipient: the first route that sent it there, and what its pattern caught.
package struct RoutedRecipient: Equatable, Sendable, Codable {
    /// Index into `Envelope.recipients`.
    package var recipient: Int
    /// The route's name.
    package var route: String
    /// What the pattern's names caught, in the pattern's order.
    package var captures: [Capture]

    /// The recipient at index `recipient`, delivered by `route`.
    package init(recipient: Int, route: String, captures: [Capture]) {
        self.recipient = recipient
        self.route = route
        self.captures = captures
    }
}

/// One name of a pattern and the text it caught.
package struct Capture: Equatable, Sendable, Codable {
    /// The name between the braces.
    package var name: String
    /// The text caught, as sent.
    package var value: String

    /// `name` caught `value`.
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// A recipient that was accepted at RCPT and refused by the rules on content after the final dot.
package struct RefusedRecipient: Equatable, Sendable, Codable {
    /// Index into `Envelope.recipients`.
    package var recipient: Int
    /// The route that refused it; `nil` when no rule matched.
    package var route: String?
    /// The reply it would have got, with both codes.
    package var text: String

    /// The recipient at index `recipient`, refused by `route` with `text`.
    package init(recipient: Int, route: String?, text: String) {
        self.recipient = recipient
        self.route = route
        self.text = text
    }
}
