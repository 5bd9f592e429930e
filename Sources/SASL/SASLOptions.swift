/// What authentication is offered, and by which rules.
package struct SASLOptions: Sendable, Equatable {
    /// Upper bound, in the order in which they are announced.
    package var mechanisms: [SASLMechanism]
    /// Whether PLAIN and LOGIN are offered without TLS.
    package var allowPlaintext: Bool
    /// Our name, which is part of the Kerberos principal.
    package var hostname: String
    /// Kerberos; nil switches GSSAPI off.
    package var kerberos: KerberosOptions?
    /// What of a client certificate is the user's name.
    package var external: ExternalIdentity

    /// Options with everything that works by itself switched on.
    package init(
        mechanisms: [SASLMechanism] = SASLMechanism.allCases,
        allowPlaintext: Bool = false,
        hostname: String,
        kerberos: KerberosOptions? = nil,
        external: ExternalIdentity = .sanEmail
    ) {
        self.mechanisms = mechanisms
        self.allowPlaintext = allowPlaintext
        self.hostname = hostname
        self.kerberos = kerberos
        self.external = external
    }
}

/// How Kerberos is used.
package struct KerberosOptions: Sendable, Equatable {
    /// File with the keys of `service`/hostname.
    ///
    /// Its content may change at any time, its path only by a restart.
    package var keytab: String
    /// First part of our principal.
    package var service: String
    /// NAME@REALM becomes user NAME for these realms; principals of others are refused.
    package var realms: [String]

    /// Kerberos with keys from `keytab`.
    package init(keytab: String, service: String = "smtp", realms: [String]) {
        self.keytab = keytab
        self.service = service
        self.realms = realms
    }
}

/// What of a client certificate is the user's name.
package enum ExternalIdentity: Sendable, Equatable {
    /// A mail address among the subject's alternative names; the client may say which.
    case sanEmail
    /// The common name of the subject.
    case commonName
}

/// What is known of the connection that wants to authenticate.
package struct SASLConnection: Sendable, Equatable {
    /// Whether TLS protects it.
    package var isEncrypted: Bool
    /// The `tls-exporter` channel binding, RFC 9266.
    package var exporter: [UInt8]?
    /// The `tls-unique` channel binding, RFC 5929.
    package var unique: [UInt8]?
    /// Mail addresses of the verified client certificate.
    package var certificateEmails: [String]
    /// Common name of the verified client certificate.
    package var certificateCommonName: String?

    /// A connection by its facts; what is left out is absent.
    package init(
        isEncrypted: Bool,
        exporter: [UInt8]? = nil,
        unique: [UInt8]? = nil,
        certificateEmails: [String] = [],
        certificateCommonName: String? = nil
    ) {
        self.isEncrypted = isEncrypted
        self.exporter = exporter
        self.unique = unique
        self.certificateEmails = certificateEmails
        self.certificateCommonName = certificateCommonName
    }

    /// The names its certificate entitles to.
    func identities(_ kind: ExternalIdentity) -> [String] {
        switch kind {
        case .sanEmail: certificateEmails
        case .commonName: certificateCommonName.map { [$0] } ?? []
        }
    }

    /// Whether a mechanism can be bound to it.
    var hasBinding: Bool {
        isEncrypted && (exporter != nil || unique != nil)
    }
}
