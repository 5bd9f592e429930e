package import Mail

/// What a listener is for.
package enum ListenerMode: String, Sendable, CaseIterable {
    /// Mail from the world, port 25.
    case mx
    /// Mail from users: STARTTLS, then AUTH, then mail. RFC 6409.
    case submission
    /// Mail from users with TLS from the first octet. RFC 8314.
    case submissions
    /// Mail from a server beside us, with one reply for each recipient. RFC 2033.
    case lmtp
}

/// Who is at the other end of a connection.
package enum Peer: Hashable, Sendable {
    /// A host, with an IPv4-mapped address already turned into IPv4.
    case host(IPAddress, port: UInt16)
    /// A program on this machine, through a Unix socket.
    case local

    /// The address; `nil` for a Unix socket.
    package var address: IPAddress? {
        if case .host(let address, _) = self { address } else { nil }
    }
}

/// What is known about a session when a transaction begins; the same for all its transactions until EHLO, STARTTLS,
/// AUTH or XCLIENT change it.
package struct SessionFacts: Equatable, Sendable {
    /// The listener's configured name.
    package var listener: String
    /// The listener's mode.
    package var mode: ListenerMode
    /// The other end: the socket's, or what PROXY or XCLIENT say it is.
    package var peer: Peer
    /// The peer's host name, where XCLIENT gave one.
    package var remoteName: String?
    /// The argument of HELO, EHLO or LHLO, valid UTF-8 without controls; empty before.
    package var helo: String
    /// Whether the peer said EHLO or LHLO rather than HELO.
    package var isExtended: Bool
    /// The TLS session; `nil` in plaintext.
    package var tls: Envelope.TLSSession?
    /// The user that AUTH established.
    package var user: String?

    /// What is known when `peer` connects to `listener`.
    package init(
        listener: String, mode: ListenerMode, peer: Peer, remoteName: String? = nil, helo: String = "",
        isExtended: Bool = false, tls: Envelope.TLSSession? = nil, user: String? = nil
    ) {
        self.listener = listener
        self.mode = mode
        self.peer = peer
        self.remoteName = remoteName
        self.helo = helo
        self.isExtended = isExtended
        self.tls = tls
        self.user = user
    }
}

/// What MAIL said, and the session it was said in.
package struct TransactionFacts: Equatable, Sendable {
    /// The session as it was at MAIL.
    package var session: SessionFacts
    /// The sender; `nil` for the null reverse-path `<>`.
    package var reversePath: EmailAddress?
    /// SIZE=; `nil` when it was not given, RFC 1870.
    package var declaredSize: Int?
    /// BODY=, RFC 6152, RFC 3030.
    package var body: Envelope.BodyType
    /// SMTPUTF8, RFC 6531.
    package var smtputf8: Bool
    /// REQUIRETLS, RFC 8689.
    package var requireTLS: Bool

    /// What MAIL with these arguments said in `session`.
    package init(
        session: SessionFacts, reversePath: EmailAddress?, declaredSize: Int? = nil,
        body: Envelope.BodyType = .sevenBit, smtputf8: Bool = false, requireTLS: Bool = false
    ) {
        self.session = session
        self.reversePath = reversePath
        self.declaredSize = declaredSize
        self.body = body
        self.smtputf8 = smtputf8
        self.requireTLS = requireTLS
    }
}
