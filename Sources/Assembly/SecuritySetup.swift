package import Logging
import Mail
package import SASL
package import Settings
import Spool
package import TLS

/// What sessions are secured with, made from `tls:` and `auth:`.
package struct SecuritySetup: Sendable {
    /// Certificates; a self-signed one where none is configured.
    package let tls: TLSContext
    /// Authentication; `nil` where nobody could use it.
    package let sasl: SASLService?
    private let users: String?

    /// Loads certificates and users; throws what is wrong with them, in words.
    ///
    /// What `former` has for the same options goes on: tickets stay good, unknown users keep their false salts, and
    /// nothing is reported twice. Its files are read again if they changed.
    package init(_ settings: BridgeSettings, former: SecuritySetup? = nil, logger: Logger) throws {
        tls = try Self.tls(settings, former: former?.tls, logger: logger)
        users = settings.auth.users
        sasl = try Self.sasl(settings, former: former)
    }

    private static func tls(
        _ settings: BridgeSettings, former: TLSContext?, logger: Logger
    ) throws -> TLSContext {
        let options = try TLSOptions(settings)
        if let former, former.options == options {
            _ = former.reloadIfChanged()
            if let problem = former.problem { throw problem }
            return former
        }
        if settings.tls.certificate == nil {
            logger.notice(
                "no certificate is configured, a self-signed one is used",
                metadata: ["file": "\(settings.spool.path)/self-signed.crt"])
        }
        let context = try TLSContext(options)
        context.warn(logger)
        return context
    }

    private static func sasl(_ settings: BridgeSettings, former: SecuritySetup?) throws -> SASLService? {
        let auth = settings.auth
        let offersExternal = settings.tls.clientCertificates.mode != .none
        guard auth.users != nil || auth.gssapi.keytab != nil || offersExternal else { return nil }
        let options = SASLOptions(settings)
        if let former, let sasl = former.sasl, sasl.options == options, former.users == auth.users {
            return sasl
        }
        let users = try auth.users.map { path throws(UserStoreError) in try UserStore.open(path) }
        return try SASLService(options, users: users)
    }
}

extension TLSContext {
    /// Logs what should be looked at: certificates that end soon, or whose key everybody may read.
    func warn(_ logger: Logger) {
        for warning in certificates.flatMap({ $0.warnings(now: WallClock.now().seconds) }) {
            logger.warning("certificate needs a look", metadata: ["reason": "\(warning)"])
        }
    }
}

extension TLSOptions {
    /// `tls:`; the certificate that is made where none is configured lies in the spool.
    fileprivate init(_ settings: BridgeSettings) throws {
        let tls = settings.tls
        var sources: [CertificateSource] = []
        if let certificate = tls.certificate, let key = tls.key {
            sources.append(.files(certificate: certificate, key: key))
        } else {
            sources.append(
                try SelfSignedCertificate.source(in: settings.spool.path, hostname: settings.smtp.hostname))
        }
        sources += tls.more.map { .files(certificate: $0.certificate, key: $0.key) }
        self.init(certificates: sources, clientCertificates: ClientCertificates(tls.clientCertificates))
    }
}

extension ClientCertificates {
    fileprivate init(_ settings: ClientCertificateSettings) {
        switch (settings.mode, settings.ca) {
        case (.optional, let ca?): self = .optional(ca: ca)
        case (.required, let ca?): self = .required(ca: ca)
        case (.none, _), (.optional, nil), (.required, nil): self = .none
        }
    }
}

extension SASLOptions {
    fileprivate init(_ settings: BridgeSettings) {
        let auth = settings.auth
        self.init(
            mechanisms: auth.mechanisms.compactMap { SASLMechanism(name: $0) },
            allowPlaintext: auth.allowPlaintext,
            hostname: settings.smtp.hostname,
            kerberos: auth.gssapi.keytab.map { keytab in
                KerberosOptions(keytab: keytab, service: auth.gssapi.service, realms: auth.gssapi.realms)
            },
            external: auth.external.user == .cn ? .commonName : .sanEmail)
    }
}
