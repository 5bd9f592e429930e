import Foundation
import TLS

/// Files for one test in a temporary folder, removed with it; made by the `openssl` command where more than a
/// self-signed certificate is needed.
final class TestCertificates {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "transom-tls-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    static let hasTool = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

    func path(_ name: String) -> String {
        "\(folder)/\(name)"
    }

    func write(_ octets: [UInt8], to name: String) throws {
        try Data(octets).write(to: URL(fileURLWithPath: path(name)))
    }

    /// A self-signed pair for `hostname` in `name`.crt and `name`.key.
    @discardableResult
    func selfSigned(_ name: String, hostname: String) throws -> CertificateSource {
        let pair = try SelfSignedCertificate.makePEM(hostname: hostname)
        try write(pair.certificate, to: "\(name).crt")
        try write(pair.key, to: "\(name).key")
        return files(name)
    }

    func files(_ name: String) -> CertificateSource {
        .files(certificate: path("\(name).crt"), key: path("\(name).key"))
    }

    /// An authority in ca.crt and ca.key.
    func makeAuthority() throws {
        try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            path("ca.key"),
            "-out", path("ca.crt"), "-subj", "/CN=Test CA", "-days", "30")
    }

    /// A pair signed by the authority.
    @discardableResult
    func signed(
        _ name: String, subject: String, extensions: String, days: String = "30", algorithm: [String]? = nil
    ) throws -> CertificateSource {
        try write(Array(extensions.utf8), to: "\(name).ext")
        let algorithm = algorithm ?? ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        try openssl(
            ["req", "-newkey"] + algorithm + [
                "-nodes", "-keyout", path("\(name).key"), "-out", path("\(name).csr"), "-subj", subject,
            ])
        try openssl(
            "x509", "-req", "-in", path("\(name).csr"), "-CA", path("ca.crt"), "-CAkey", path("ca.key"),
            "-CAcreateserial", "-out", path("\(name).crt"), "-days", days, "-extfile", path("\(name).ext"))
        return files(name)
    }

    /// Runs `openssl`, with `input` on its standard input, and returns what it prints to either output.
    @discardableResult
    func openssl(_ arguments: String..., input: String = "") throws -> String {
        try openssl(arguments, input: input)
    }

    @discardableResult
    func openssl(_ arguments: [String], input: String = "") throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = ["10", "openssl"] + arguments
        let incoming = Pipe()
        let outgoing = Pipe()
        process.standardInput = incoming
        process.standardOutput = outgoing
        process.standardError = outgoing
        try process.run()
        try? incoming.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        // The input stays open: `s_client` goes when the server closes, not when the input ends.
        let output = outgoing.fileHandleForReading.readDataToEndOfFile()
        try? incoming.fileHandleForWriting.close()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}
