import TLS
import Testing

@Suite(.enabled(if: TestCertificates.hasTool, "needs the openssl command"))
struct ClientCertificateTests {
    private let files: TestCertificates
    private let server: CertificateSource
    private let known: CertificateSource

    init() throws {
        files = try TestCertificates()
        try files.makeAuthority()
        server = try files.selfSigned("mx", hostname: "mx.example.com")
        known = try files.signed(
            "known", subject: "/O=Example/CN=Client One",
            extensions: """
                subjectAltName=email:one@example.com,email:two@example.com
                extendedKeyUsage=clientAuth
                """)
    }

    private func connect(
        _ mode: ClientCertificates, as identity: CertificateSource?, version: TLSVersion
    ) throws -> TLSPair {
        let context = try TLSContext(TLSOptions(certificates: [server], clientCertificates: mode))
        let client = try TLSClientContext(verifies: false, identity: identity, newest: version)
        let pair = try TLSPair(server: context, client: client)
        try pair.connect()
        return pair
    }

    @Test(arguments: [TLSVersion.tls13, .tls12])
    func `a certificate our authority signed is an identity`(version: TLSVersion) throws {
        for mode in [
            ClientCertificates.optional(ca: files.path("ca.crt")), .required(ca: files.path("ca.crt")),
        ] {
            let pair = try connect(mode, as: known, version: version)
            let certificate = try #require(pair.serverSaw.sessions.first?.clientCertificate)
            #expect(certificate.emails == ["one@example.com", "two@example.com"])
            #expect(certificate.commonName == "Client One")
            #expect(certificate.subject == "CN=Client One,O=Example")
            #expect(certificate.fingerprint.count == 32)
        }
    }

    @Test(arguments: [TLSVersion.tls13, .tls12])
    func `no certificate and a foreign one are no identity, and refused only where one is required`(
        version: TLSVersion
    ) throws {
        let foreign = try files.selfSigned("foreign", hostname: "one@example.com")
        for identity in [nil, foreign] {
            let optional = try connect(.optional(ca: files.path("ca.crt")), as: identity, version: version)
            #expect(optional.serverSaw.sessions.count == 1)
            #expect(optional.serverSaw.sessions.first?.clientCertificate == nil)
            let required = try connect(.required(ca: files.path("ca.crt")), as: identity, version: version)
            #expect(required.serverSaw.sessions.isEmpty)
            #expect(required.serverSaw.failures.count == 1)
        }
    }

    @Test func `a certificate for servers is no identity`() throws {
        let wrongUse = try files.signed(
            "wrong", subject: "/CN=Server", extensions: "extendedKeyUsage=serverAuth")
        let pair = try connect(.optional(ca: files.path("ca.crt")), as: wrongUse, version: .tls13)
        #expect(pair.serverSaw.sessions.count == 1)
        #expect(pair.serverSaw.sessions.first?.clientCertificate == nil)
    }

    @Test func `a file without authorities is an error`() throws {
        #expect(throws: CertificateError.noCertificate(file: files.path("known.ext"))) {
            try TLSContext(
                TLSOptions(certificates: [server], clientCertificates: .required(ca: files.path("known.ext")))
            )
        }
    }
}
