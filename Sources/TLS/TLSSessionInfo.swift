/// What both sides agreed on, known once the handshake is over.
package struct TLSSessionInfo: Sendable, Equatable {
    /// The protocol, as OpenSSL writes it: `TLSv1.3` or `TLSv1.2`.
    package var version: String
    /// The cipher suite: `TLS_AES_256_GCM_SHA384`.
    package var cipher: String
    /// Secret bits of the cipher.
    package var cipherBits: Int
    /// The name the client asked for (SNI, RFC 6066 §3); nil if it sent none, or one no host can have.
    package var serverName: String?
    /// The application protocol agreed by ALPN; nil if the client offered none.
    package var applicationProtocol: String?
    /// Whether an earlier session was taken up again.
    package var isResumed: Bool
    /// The `tls-exporter` channel binding, RFC 9266: TLS 1.3, or 1.2 with extended master secret.
    package var exporter: [UInt8]?
    /// The `tls-unique` channel binding, RFC 5929 §3: TLS 1.2 with extended master secret only.
    package var unique: [UInt8]?
    /// The client's certificate; only ever one that a configured authority vouches for.
    package var clientCertificate: ClientCertificate?

    /// A session by its facts; what is left out is absent.
    package init(
        version: String,
        cipher: String,
        cipherBits: Int,
        serverName: String? = nil,
        applicationProtocol: String? = nil,
        isResumed: Bool = false,
        exporter: [UInt8]? = nil,
        unique: [UInt8]? = nil,
        clientCertificate: ClientCertificate? = nil
    ) {
        self.version = version
        self.cipher = cipher
        self.cipherBits = cipherBits
        self.serverName = serverName
        self.applicationProtocol = applicationProtocol
        self.isResumed = isResumed
        self.exporter = exporter
        self.unique = unique
        self.clientCertificate = clientCertificate
    }
}

/// Who the client is, by its verified certificate.
package struct ClientCertificate: Sendable, Equatable {
    /// The mail addresses among the subject's alternative names, in the certificate's order.
    package var emails: [String]
    /// The last common name of the subject.
    package var commonName: String?
    /// The subject as RFC 2253 writes it, controls escaped.
    package var subject: String
    /// SHA-256 of the certificate.
    package var fingerprint: [UInt8]

    /// A certificate by its facts.
    package init(emails: [String], commonName: String?, subject: String, fingerprint: [UInt8]) {
        self.emails = emails
        self.commonName = commonName
        self.subject = subject
        self.fingerprint = fingerprint
    }
}

/// What a `TLSHandler` tells the handlers above it, as a user inbound event.
package enum TLSEvent: Sendable, Equatable {
    /// The handshake is over; what comes next is protected. Sent once.
    case handshakeCompleted(TLSSessionInfo)
}

/// How TLS on a connection can fail, as an error caught in the pipeline.
package enum TLSFailure: Error, Equatable {
    /// No session came about; the alert was sent and the connection is being closed. `reason` is OpenSSL's.
    case handshake(reason: String)
    /// TCP ended without close_notify: what came so far may have been cut off by an attacker. RFC 8446 §6.1.
    case truncated
    /// A record was damaged or not allowed; the connection is being closed. `reason` is OpenSSL's.
    case corrupt(reason: String)
    /// More than `limit` octets were written before the end of the handshake.
    case tooMuchBeforeHandshake(limit: Int)
}

extension TLSFailure: CustomStringConvertible {
    /// The failure in one line.
    package var description: String {
        switch self {
        case .handshake(let reason): "TLS handshake failed: \(reason)"
        case .truncated: "connection ended without close_notify"
        case .corrupt(let reason): "TLS record refused: \(reason)"
        case .tooMuchBeforeHandshake(let limit):
            "more than \(limit) octets written before the TLS handshake was over"
        }
    }
}
