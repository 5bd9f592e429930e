import Foundation
import TLS
import Testing

@Suite struct TLSContextTests {
    private let files: TestCertificates

    init() throws {
        files = try TestCertificates()
    }

    private func session(_ context: TLSContext, name: String) throws -> TLSSessionInfo? {
        let pair = try TLSPair(server: context, client: TLSClientContext(verifies: false), name: name)
        try pair.connect()
        return pair.serverSaw.sessions.first
    }

    /// The error of loading files with these names.
    private func error(certificate: String, key: String, passphrase: String? = nil) -> CertificateError? {
        let source = CertificateSource.files(
            certificate: files.path(certificate), key: files.path(key), passphrase: passphrase)
        do {
            _ = try TLSContext(TLSOptions(certificates: [source]))
            return nil
        } catch {
            return error
        }
    }

    @Test func `errors name the file and what is wrong with it`() throws {
        try files.selfSigned("a", hostname: "a.example.com")
        try files.selfSigned("b", hostname: "b.example.com")
        try files.write(Array("nothing of use\n".utf8), to: "text")
        try files.write([], to: "empty")
        #expect(
            error(certificate: "none", key: "a.key") == .unreadable(file: files.path("none"), errno: ENOENT))
        #expect(error(certificate: ".", key: "a.key") == .unreadable(file: files.path("."), errno: EISDIR))
        #expect(error(certificate: "text", key: "a.key") == .noCertificate(file: files.path("text")))
        #expect(error(certificate: "empty", key: "a.key") == .noCertificate(file: files.path("empty")))
        #expect(error(certificate: "a.crt", key: "text") == .noKey(file: files.path("text")))
        #expect(
            error(certificate: "a.key", key: "a.crt") == .keyInsteadOfCertificate(file: files.path("a.key")))
        #expect(
            error(certificate: "a.crt", key: "a.crt") == .certificateInsteadOfKey(file: files.path("a.crt")))
        #expect(
            error(certificate: "a.crt", key: "b.key")
                == .keyMismatch(certificate: files.path("a.crt"), key: files.path("b.key")))
        #expect(throws: CertificateError.noneConfigured) { try TLSContext(TLSOptions(certificates: [])) }
    }

    @Test func `a damaged file is told from an empty one`() throws {
        try files.selfSigned("a", hostname: "a.example.com")
        var text = try String(contentsOfFile: files.path("a.crt"), encoding: .utf8)
        text.replace("-----BEGIN CERTIFICATE-----\n", with: "-----BEGIN CERTIFICATE-----\nAAAA")
        try files.write(Array(text.utf8), to: "broken")
        guard case .damaged(let file, 1, _)? = error(certificate: "broken", key: "a.key") else {
            Issue.record("expected the certificate to be damaged")
            return
        }
        #expect(file == files.path("broken"))
    }

    @Test(.enabled(if: TestCertificates.hasTool, "needs the openssl command"))
    func `an encrypted key needs its passphrase`() throws {
        try files.selfSigned("a", hostname: "a.example.com")
        try files.openssl(
            "pkey", "-in", files.path("a.key"), "-aes256", "-passout", "pass:right", "-out",
            files.path("a.enc"))
        #expect(error(certificate: "a.crt", key: "a.enc") == .passphraseNeeded(file: files.path("a.enc")))
        #expect(
            error(certificate: "a.crt", key: "a.enc", passphrase: "wrong")
                == .wrongPassphrase(file: files.path("a.enc")))
        #expect(error(certificate: "a.crt", key: "a.enc", passphrase: "right") == nil)
    }

    @Test func `descriptions say what to do`() {
        let error = CertificateError.keyMismatch(certificate: "/c.pem", key: "/k.pem")
        #expect("\(error)".hasPrefix("/k.pem: is not the private key of the first certificate in /c.pem"))
        #expect("\(CertificateError.unreadable(file: "/k", errno: ENOENT))".contains("check the path"))
    }

    @Test func `the certificate is chosen by the name asked for`() throws {
        let context = try TLSContext(
            TLSOptions(certificates: [
                files.selfSigned("a", hostname: "a.example.com"),
                files.selfSigned("b", hostname: "b.example.com"),
            ]))
        let trustsB = try TLSClientContext(ca: files.path("b.crt"))
        let pair = try TLSPair(server: context, client: trustsB, name: "b.example.com")
        try pair.connect()
        #expect(pair.clientSaw.sessions.count == 1)
        #expect(try session(context, name: "unknown.example.com")?.serverName == "unknown.example.com")
        #expect(try session(context, name: "not a host!")?.serverName == nil)
    }

    @Test func `changed files are taken over, and existing connections go on`() throws {
        let context = try TLSContext(
            TLSOptions(certificates: [files.selfSigned("a", hostname: "old.example.com")]))
        #expect(context.reloadIfChanged() == .unchanged)
        let running = try TLSPair(server: context, client: TLSClientContext(verifies: false))
        try running.connect()
        try files.selfSigned("a", hostname: "new.example.com")
        #expect(context.reloadIfChanged() == .reloaded(files: [files.path("a.crt"), files.path("a.key")]))
        #expect(context.reloadIfChanged() == .unchanged)
        #expect(context.certificates.map(\.names) == [["new.example.com"]])
        try running.send("NOOP\r\n", from: running.client)
        #expect(running.serverSaw.text == "NOOP\r\n")
    }

    @Test func `an unusable change is reported once and changes nothing`() throws {
        let context = try TLSContext(
            TLSOptions(certificates: [files.selfSigned("a", hostname: "a.example.com")]))
        try files.selfSigned("b", hostname: "b.example.com")
        let foreign = try Array(Data(contentsOf: URL(fileURLWithPath: files.path("b.crt"))))
        try files.write(foreign, to: "a.crt")
        #expect(
            context.reloadIfChanged()
                == .failed(.keyMismatch(certificate: files.path("a.crt"), key: files.path("a.key"))))
        #expect(context.reloadIfChanged() == .unchanged)
        #expect(
            context.problem == .keyMismatch(certificate: files.path("a.crt"), key: files.path("a.key")))
        #expect(context.certificates.map(\.names) == [["a.example.com"]])
        let key = try Array(Data(contentsOf: URL(fileURLWithPath: files.path("b.key"))))
        try files.write(key, to: "a.key")
        #expect(context.reloadIfChanged() == .reloaded(files: [files.path("a.key")]))
        #expect(context.problem == nil)
        #expect(context.certificates.map(\.names) == [["b.example.com"]])
    }

    @Test func `warnings tell what should be looked at`() throws {
        let context = try TLSContext(
            TLSOptions(certificates: [files.selfSigned("a", hostname: "a.example.com")]))
        var summary = try #require(context.certificates.first)
        summary.keyIsReadableByAll = false
        let end = summary.notAfter
        #expect(summary.subject == "CN=a.example.com")
        #expect(summary.warnings(now: end - 100 * 86_400).isEmpty)
        #expect(summary.warnings(now: end - 86_400) == [.expiresSoon(file: summary.file, days: 1)])
        #expect(summary.warnings(now: end + 3 * 86_400) == [.expired(file: summary.file, days: 3)])
        #expect(summary.warnings(now: summary.notBefore - 1) == [.notYetValid(file: summary.file)])
    }

    @Test func `a self-signed certificate is made once and kept`() throws {
        let source = try SelfSignedCertificate.source(in: files.folder, hostname: "mx.example.com")
        let first = try Data(contentsOf: URL(fileURLWithPath: files.path("self-signed.crt")))
        #expect(try SelfSignedCertificate.source(in: files.folder, hostname: "mx.example.com") == source)
        #expect(try Data(contentsOf: URL(fileURLWithPath: files.path("self-signed.crt"))) == first)
        let attributes = try FileManager.default.attributesOfItem(atPath: files.path("self-signed.key"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        _ = try SelfSignedCertificate.source(in: files.folder, hostname: "renamed.example.com")
        #expect(try Data(contentsOf: URL(fileURLWithPath: files.path("self-signed.crt"))) != first)
        #expect(
            throws: CertificateError.unwritable(file: "/nonexistent/self-signed.key", errno: ENOENT)
        ) { try SelfSignedCertificate.source(in: "/nonexistent", hostname: "mx.example.com") }
    }
}
