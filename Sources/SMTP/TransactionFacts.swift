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
    /// A program on this machine, through a Unix socket; or somebody of whom XCLIENT says that no address is known.
    case local

    /// The address; `nil` where there is none.
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
    /// The peer's host name: found in the DNS and confirmed (RFC 8601 §3), or said by XCLIENT; `nil` until then.
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
///
/// Every state of a session and everybody it asks gets these, so copies share them until one is changed.
package struct TransactionFacts: Equatable, Sendable {
    private var shared: Shared

    /// What MAIL with these arguments said in `session`.
    package init(
        session: SessionFacts, reversePath: EmailAddress?, declaredSize: Int? = nil,
        body: Envelope.BodyType = .sevenBit, smtputf8: Bool = false, requireTLS: Bool = false
    ) {
        shared = Shared(
            Values(
                session: session, reversePath: reversePath, declaredSize: declaredSize, body: body,
                smtputf8: smtputf8, requireTLS: requireTLS))
    }

    /// Whether MAIL said the same in sessions of which the same is known.
    package static func == (left: TransactionFacts, right: TransactionFacts) -> Bool {
        left.shared === right.shared || left.shared.values == right.shared.values
    }
}

extension TransactionFacts {
    /// The session as it was at MAIL.
    package var session: SessionFacts {
        get { shared.values.session }
        set { change { $0.session = newValue } }
    }

    /// The sender; `nil` for the null reverse-path `<>`.
    package var reversePath: EmailAddress? {
        get { shared.values.reversePath }
        set { change { $0.reversePath = newValue } }
    }

    /// SIZE=; `nil` when it was not given, RFC 1870.
    package var declaredSize: Int? {
        get { shared.values.declaredSize }
        set { change { $0.declaredSize = newValue } }
    }

    /// BODY=, RFC 6152, RFC 3030.
    package var body: Envelope.BodyType {
        get { shared.values.body }
        set { change { $0.body = newValue } }
    }

    /// SMTPUTF8, RFC 6531.
    package var smtputf8: Bool {
        get { shared.values.smtputf8 }
        set { change { $0.smtputf8 = newValue } }
    }

    /// REQUIRETLS, RFC 8689.
    package var requireTLS: Bool {
        get { shared.values.requireTLS }
        set { change { $0.requireTLS = newValue } }
    }

    private mutating func change(_ change: (inout Values) -> Void) {
        var values = shared.values
        change(&values)
        shared = Shared(values)
    }

    private struct Values: Equatable, Sendable {
        var session: SessionFacts
        var reversePath: EmailAddress?
        var declaredSize: Int?
        var body: Envelope.BodyType
        var smtputf8: Bool
        var requireTLS: Bool
    }

    private final class Shared: Sendable {
        let values: Values

        init(_ values: Values) { self.values = values }
    }
}
