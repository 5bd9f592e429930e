import CGSASL
import Foundation
import SASL
import Testing

/// Against a real MIT KDC on loopback, with everything of it in a temporary folder.
@Suite(
    .serialized, .enabled(if: KerberosRealm.isAvailable, "needs krb5kdc, kadmin.local, kdb5_util and kinit"))
struct KerberosTests {
    private func service(_ realm: KerberosRealm, realms: [String]) throws -> SASLService {
        try SASLService(
            SASLOptions(
                hostname: "localhost", kerberos: KerberosOptions(keytab: realm.keytab, realms: realms)),
            users: nil)
    }

    @Test func `a ticket is an identity in the realms listed, and nowhere else`() async throws {
        let realm = try await KerberosRealm()
        defer { realm.stop() }
        let connection = SASLConnection(isEncrypted: true)
        let properties = [GSASL_SERVICE: "smtp", GSASL_HOSTNAME: "localhost"]

        // No keytab yet: the mechanism is not offered, and the operator is told why.
        let service = try service(realm, realms: [KerberosRealm.name])
        #expect(service.mechanisms(for: connection).isEmpty)
        #expect(service.refresh() == [.kerberosUnusable(principal: "smtp/localhost", keytab: realm.keytab)])

        try realm.makeKeytab()
        #expect(service.refresh() == [.kerberosUsable])
        #expect(service.mechanisms(for: connection) == [.gssapi])
        let exchange = try #require(service.begin("GSSAPI", on: connection))
        #expect(exchange.mayBlock)
        let client = try #require(GSASLClient(.gssapi, properties: properties))
        #expect(client.authenticate(with: exchange) == .succeeded(user: "alice"))

        let asOther = try #require(
            GSASLClient(.gssapi, properties: properties.merging([GSASL_AUTHZID: "bob"]) { $1 }))
        let second = try #require(service.begin("GSSAPI", on: connection))
        #expect(asOther.authenticate(with: second) == .failed(.rejected))

        let elsewhere = try self.service(realm, realms: ["OTHER.TEST"])
        let third = try #require(elsewhere.begin("GSSAPI", on: connection))
        let stranger = try #require(GSASLClient(.gssapi, properties: properties))
        #expect(stranger.authenticate(with: third) == .failed(.rejected))

        let garbage = try #require(service.begin("GSSAPI", on: connection))
        #expect(garbage.step(Array("garbage".utf8)) == .failed(.rejected))
        #expect(throws: SASLError.keytabNeedsRestart(current: realm.keytab, wanted: "/other")) {
            try SASLService(
                SASLOptions(hostname: "localhost", kerberos: KerberosOptions(keytab: "/other", realms: [])),
                users: nil)
        }
    }
}

/// A realm with one user, alice, who has a ticket.
private final class KerberosRealm {
    static let name = "TRANSOM.TEST"
    private static let tools = ["krb5kdc", "kadmin.local", "kdb5_util", "kinit"]

    private let folder: TemporaryFolder
    private let server = Process()

    static var isAvailable: Bool {
        tools.allSatisfy { path(of: $0) != nil }
    }

    var keytab: String {
        folder.file("smtp.keytab")
    }

    init() async throws {
        folder = try TemporaryFolder()
        let port = try Self.freePort()
        try folder.write(
            """
            [libdefaults]
              default_realm = \(Self.name)
              dns_lookup_kdc = false
              dns_lookup_realm = false
              dns_canonicalize_hostname = false
              rdns = false
            [realms]
              \(Self.name) = {
                kdc = 127.0.0.1:\(port)
              }
            """, to: "krb5.conf")
        try folder.write(
            """
            [kdcdefaults]
              kdc_listen = 127.0.0.1:\(port)
              kdc_tcp_listen = 127.0.0.1:\(port)
            [realms]
              \(Self.name) = {
                database_name = \(folder.file("principal"))
                key_stash_file = \(folder.file("stash"))
              }
            """, to: "kdc.conf")
        for (name, value) in [
            ("KRB5_CONFIG", folder.file("krb5.conf")), ("KRB5_KDC_PROFILE", folder.file("kdc.conf")),
            ("KRB5CCNAME", "FILE:" + folder.file("cache")),
            ("KRB5RCACHENAME", "file2:" + folder.file("replay")),
        ] { unsafe setenv(name, value, 1) }
        try Self.run("kdb5_util", "create", "-s", "-P", "master", "-r", Self.name)
        try Self.run("kadmin.local", "-q", "addprinc -pw secret alice")
        try Self.run("kadmin.local", "-q", "addprinc -randkey smtp/localhost")
        server.executableURL = Self.path(of: "krb5kdc").map { URL(fileURLWithPath: $0) }
        server.arguments = ["-n"]
        let output = Pipe()
        server.standardOutput = output
        server.standardError = output
        try server.run()
        // krb5kdc says that it is there before it answers.
        while !String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).contains("starting")
        {}
        try Self.run("kinit", "alice@\(Self.name)", input: "secret\n")
    }

    func makeKeytab() throws {
        try Self.run("kadmin.local", "-q", "ktadd -k \(keytab) smtp/localhost")
    }

    func stop() {
        // Not SIGTERM: a process inherits the signals that the test's thread blocks.
        kill(server.processIdentifier, SIGKILL)
        server.waitUntilExit()
    }

    private static func path(of tool: String) -> String? {
        ["/usr/sbin", "/usr/bin"].map { "\($0)/\(tool)" }.first(
            where: FileManager.default.isExecutableFile(atPath:))
    }

    private static func run(_ tool: String, _ arguments: String..., input: String = "") throws {
        let process = Process()
        process.executableURL = path(of: tool).map { URL(fileURLWithPath: $0) }
        process.arguments = arguments
        let incoming = Pipe()
        process.standardInput = incoming
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        try incoming.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try incoming.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(tool) \(arguments)")
    }

    /// A port that nobody uses at the moment.
    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(descriptor, pointer, length) == 0
                    && getsockname(descriptor, pointer, &length) == 0
            }
        }
        try #require(result)
        return UInt16(bigEndian: address.sin_port)
    }
}
