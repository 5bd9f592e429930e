/// What a server's TLS is made of.
package struct TLSOptions: Sendable, Equatable {
    /// Certificates with their keys: the first is the default, the others are chosen by the name the client asks for.
    package var certificates: [CertificateSource]
    /// Whether clients are asked for a certificate.
    package var clientCertificates: ClientCertificates
    /// Application protocols (ALPN, RFC 7301); a client that offers some, but none of these, is refused.
    package var protocols: [String]

    /// Options for a server that speaks SMTP unless told otherwise.
    package init(
        certificates: [CertificateSource],
        clientCertificates: ClientCertificates = .none,
        protocols: [String] = ["smtp"]
    ) {
        self.certificates = certificates
        self.clientCertificates = clientCertificates
        self.protocols = protocols
    }
}

/// Where a certificate chain and its private key come from; both are PEM.
package enum CertificateSource: Sendable, Equatable {
    /// Two files, which may be the same one; read again when they change.
    case files(certificate: String, key: String, passphrase: String? = nil)
    /// Octets in memory.
    case pem(certificate: [UInt8], key: [UInt8])
}

/// Whether clients are asked for a certificate, and who may have signed it.
package enum ClientCertificates: Sendable, Equatable {
    /// They are not asked.
    case none
    /// They are asked. Without one, or with one that `ca` did not sign, the connection goes on without identity.
    case optional(ca: String)
    /// They are asked, and the handshake fails without one that an authority in the PEM file `ca` signed.
    case required(ca: String)

    /// The file with the authorities.
    var authorities: String? {
        switch self {
        case .none: nil
        case .optional(let ca), .required(let ca): ca
        }
    }
}
