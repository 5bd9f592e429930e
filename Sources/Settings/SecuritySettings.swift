package import Mail
package import Routing

/// `tls:`: the certificates, which are read again when their files change.
package struct TLSSettings: Equatable, Sendable {
    /// The certificate chain and key used where no other name fits; `nil`: a self-signed one is made.
    package var certificate: String?
    /// The file of its key.
    package var key: String?
    /// Further pairs, chosen by SNI.
    package var more: [CertificateSettings] = []
    /// What is asked of clients.
    package var clientCertificates = ClientCertificateSettings()

    /// The defaults.
    package init() {}
}

/// One more certificate and its key.
package struct CertificateSettings: Equatable, Sendable {
    /// The file of the chain.
    package var certificate = ""
    /// The file of the key.
    package var key = ""

    /// A pair without files.
    package init() {}
}

/// The section `tls.client_certificates:`.
package struct ClientCertificateSettings: Equatable, Sendable {
    /// Whether clients show one.
    package var mode = Mode.none
    /// The file of the authorities that may have signed it.
    package var ca: String?

    /// No client certificates.
    package init() {}

    /// Whether clients show a certificate.
    package enum Mode: String, CaseIterable, Sendable {
        /// They are not asked.
        case none
        /// They are asked; one that is shown must verify.
        case optional
        /// Without a verified one there is no session.
        case required
    }
}

/// `auth:`: who may submit mail.
package struct AuthSettings: Sendable {
    /// The mechanisms that may be offered, where they can work.
    package var mechanisms = [
        "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1", "PLAIN", "LOGIN",
        "CRAM-MD5",
        "GSSAPI", "EXTERNAL",
    ]
    /// The file of users; `nil`: there are none.
    package var users: String?
    /// Whether PLAIN and LOGIN are offered outside TLS.
    package var allowPlaintext = false
    /// The section `gssapi:`.
    package var gssapi = GSSAPISettings()
    /// The section `external:`.
    package var external = ExternalSettings()
    /// What each user may send as, by user; a user without an entry may send as anybody.
    package var senders: [SenderSettings] = []

    /// The defaults.
    package init() {}
}

/// The section `auth.gssapi:`.
package struct GSSAPISettings: Equatable, Sendable {
    /// The keytab; `nil`: no Kerberos.
    package var keytab: String?
    /// The service part of our principal.
    package var service = "smtp"
    /// The realms whose `NAME@REALM` is our user `NAME`.
    package var realms: [String] = []

    /// The defaults.
    package init() {}
}

/// The section `auth.external:`.
package struct ExternalSettings: Equatable, Sendable {
    /// What of the client's certificate is the user's name.
    package var user = Source.sanEmail

    /// The defaults.
    package init() {}

    /// A name in a certificate.
    package enum Source: String, CaseIterable, Sendable {
        /// The e-mail address among the subject's alternative names.
        case sanEmail = "san-email"
        /// The subject's common name.
        case cn
    }
}

/// One entry of `auth.senders:`.
package struct SenderSettings: Sendable {
    /// The user.
    package var user = ""
    /// The addresses and patterns it may send as.
    package var patterns: [AddressPattern] = []

    /// A user that may send as nobody.
    package init() {}
}

/// `authentication:`: how mail authentication is evaluated.
package struct AuthenticationSettings: Equatable, Sendable {
    /// Our name in `Authentication-Results:`; `nil`: the hostname.
    ///
    /// RFC 8601 §2.2.
    package var authservID: String?
    /// The peers whose mail is not evaluated.
    package var skipNetworks: [IPNetwork] = []
    /// How long the evaluation of a message may take.
    package var budget: Duration = .seconds(10)
    /// The sealers whose ARC sets count.
    package var arcSealers: [String] = []

    /// The defaults.
    package init() {}
}

/// One entry of `scanners:`.
package struct ScannerSettings: Equatable, Sendable {
    /// What speaks at the address.
    package var type = Kind.rspamd
    /// Where it listens.
    package var address = ListenAddress.unix("")
    /// How long a scan may take.
    package var timeout: Duration = .seconds(10)
    /// The largest message that is scanned.
    package var size = ByteCount.mebibytes(20)
    /// What happens to a message that could not be scanned.
    package var onError = Fallback.accept

    /// A scanner without an address.
    package init() {}

    /// A kind of scanner.
    package enum Kind: String, CaseIterable, Sendable {
        /// Rspamd over HTTP.
        case rspamd
        /// SpamAssassin's spamd.
        case spamassassin
        /// ClamAV's clamd.
        case clamav
    }

    /// What happens without a verdict.
    package enum Fallback: String, CaseIterable, Sendable {
        /// The message is taken unscanned.
        case accept
        /// The sender is asked to try again.
        case tempfail
    }
}
