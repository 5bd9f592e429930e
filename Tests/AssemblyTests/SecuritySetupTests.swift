import Assembly
import Foundation
import Logging
import SASL
import Settings
import TLS
import Testing

/// Certificates and users out of `tls:` and `auth:`.
@Suite struct SecuritySetupTests {
    private let folder = ScratchFolder()
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func settings(hostname: String = "mx.example.com", _ more: String = "") throws -> BridgeSettings {
        let text = minimal("spool: { path: \(folder.path) }\n\(more)")
        let loaded = load(text.replacing("mx.example.com", with: hostname))
        return try #require(loaded.settings, "\(loaded.diagnostics)")
    }

    @Test func `without a certificate one is made in the spool, for our name, and kept`() throws {
        let first = try SecuritySetup(settings(), logger: logger)
        #expect(first.tls.certificates.map(\.names) == [["mx.example.com"]])
        #expect(first.sasl == nil)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(files == ["self-signed.crt", "self-signed.key"])
        let mode = try FileManager.default.attributesOfItem(atPath: folder.file("self-signed.key"))
        #expect(mode[.posixPermissions] as? Int == 0o600)
        let made = try Data(contentsOf: URL(fileURLWithPath: folder.file("self-signed.crt")))
        _ = try SecuritySetup(settings(), logger: logger)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("self-signed.crt"))) == made)
        let renamed = try SecuritySetup(settings(hostname: "new.example.com"), logger: logger)
        #expect(renamed.tls.certificates.map(\.names) == [["new.example.com"]])
    }

    @Test(arguments: [String(repeating: "a", count: 60) + ".example.com"])
    func `a name that no certificate can bear is answered with one for localhost`(hostname: String) throws {
        let setup = try SecuritySetup(settings(hostname: hostname), logger: logger)
        #expect(setup.tls.certificates.map(\.names) == [["localhost"]])
    }

    @Test func `what did not change goes on after a reload, what did is made anew`() throws {
        try Data().write(to: URL(fileURLWithPath: folder.file("users")))
        let auth = "auth: { users: '\(folder.file("users"))' }"
        let first = try SecuritySetup(settings(auth), logger: logger)
        let same = try SecuritySetup(settings(auth), former: first, logger: logger)
        #expect(same.tls === first.tls && same.sasl === first.sasl)
        let plain = "auth: { users: '\(folder.file("users"))', allow_plaintext: true }"
        let other = try SecuritySetup(settings(plain), former: same, logger: logger)
        #expect(other.tls === first.tls && other.sasl !== first.sasl)
        #expect(try SecuritySetup(settings(), former: other, logger: logger).sasl == nil)
    }

    @Test func `what cannot be read is thrown, and says which file`() throws {
        let missing = folder.file("none")
        #expect(throws: UserStoreError.unreadable(file: missing, errno: ENOENT)) {
            try SecuritySetup(settings("auth: { users: '\(missing)' }"), logger: logger)
        }
        #expect(throws: CertificateError.unreadable(file: missing, errno: ENOENT)) {
            try SecuritySetup(
                settings("tls: { certificate: '\(missing)', key: '\(missing)' }"), logger: logger)
        }
        #expect(throws: CertificateError.unreadable(file: missing, errno: ENOENT)) {
            let clients = "tls: { client_certificates: { mode: optional, ca: '\(missing)' } }"
            return try SecuritySetup(settings(clients), logger: logger)
        }
        try FileManager.default.removeItem(atPath: folder.path)
        #expect(throws: CertificateError.unwritable(file: folder.file("self-signed.key"), errno: ENOENT)) {
            try SecuritySetup(settings(), logger: logger)
        }
    }

    @Test func `the mechanisms are those of the settings`() throws {
        try Data().write(to: URL(fileURLWithPath: folder.file("users")))
        let auth =
            "auth: { users: '\(folder.file("users"))', mechanisms: [PLAIN, SCRAM-SHA-256], external: { user: cn } }"
        let options = try #require(try SecuritySetup(settings(auth), logger: logger).sasl?.options)
        #expect(options.mechanisms == [.plain, .scramSHA256])
        #expect((options.hostname, options.allowPlaintext) == ("mx.example.com", false))
        #expect(options.external == .commonName && options.kerberos == nil)
    }
}

/// A folder that is gone when the test is.
final class ScratchFolder: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/transom-assembly-XXXXXX".utf8CString)
        _ = unsafe mkdtemp(&template)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func file(_ name: String) -> String { path + "/" + name }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
