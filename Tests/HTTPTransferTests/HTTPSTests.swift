import Foundation
import HTTPTransfer
import TestSupport
import Testing

/// Against an HTTPS server of Python's, with a certificate made for the test.
@Suite struct HTTPSTests {
    @Test func `a certificate holds only when the endpoint's own file or the system vouches for it`()
        async throws
    {
        guard let server = try SecureServer() else { return }  // SKIP: no python3 or openssl here
        defer { server.stop() }
        let engine = AwaitedEngine()
        let stranger = await engine.post(server.url)
        guard case .certificateRefused = stranger.error else {
            Issue.record("got \(stranger.outcome)")
            return
        }
        let known = await engine.post(server.url, caFile: server.certificate)
        #expect(known.status == 200)
        #expect(known.phases.tls > .zero)
        #expect(await engine.post(server.url, caFile: server.certificate).wasReused)
        // The trust of one endpoint is not lent to another, not even with its connection.
        #expect(await engine.post(server.url).error == stranger.error)
    }

    @Test func `a certificate for another name does not hold`() async throws {
        guard let server = try SecureServer(name: "elsewhere.example") else { return }
        defer { server.stop() }
        let result = await AwaitedEngine().post(server.url, caFile: server.certificate)
        guard case .certificateRefused = result.error else {
            Issue.record("got \(result.outcome)")
            return
        }
    }

    @Test func `plain HTTP behind an https URL is a TLS failure`() async throws {
        guard let server = try SecureServer(isPlain: true) else { return }
        defer { server.stop() }
        #expect(await AwaitedEngine().post(server.url, caFile: server.certificate).error == .tlsFailed)
    }

    @Test func `a CA file that changes is read again`() async throws {
        guard let server = try SecureServer(), let other = try SecureServer() else { return }
        defer {
            server.stop()
            other.stop()
        }
        let engine = AwaitedEngine()
        #expect(await engine.post(server.url, caFile: other.certificate).status == nil)
        try Data(contentsOf: URL(filePath: server.certificate)).write(to: URL(filePath: other.certificate))
        #expect(await engine.post(server.url, caFile: other.certificate).status == 200)
    }
}

/// A Python process that answers every request over TLS.
private final class SecureServer {
    let url: String
    let certificate: String
    private let folder: URL
    private let child: ChildProcess

    /// A server for `name`; `nil` where there is no `openssl` or `python3`.
    init?(name: String = "localhost", isPlain: Bool = false) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "transom-https-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let names = name == "localhost" ? "DNS:localhost,IP:127.0.0.1" : "DNS:\(name)"
        let key = folder.appending(path: "key.pem").path
        certificate = folder.appending(path: "certificate.pem").path
        _ = ChildProcess([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-days", "2",
            "-subj", "/CN=\(name)", "-addext", "subjectAltName=\(names)", "-keyout", key, "-out", certificate,
        ])?.outputToEnd()
        guard FileManager.default.fileExists(atPath: certificate),
            let child = ChildProcess([
                "python3", "-c", Self.script, certificate, key, isPlain ? "plain" : "tls",
            ]),
            let port = Int(child.firstLine())
        else { return nil }
        self.child = child
        url = "https://127.0.0.1:\(port)/"
    }

    func stop() {
        child.kill()
        try? FileManager.default.removeItem(at: folder)
    }

    private static let script = """
        import http.server, ssl, sys
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_POST(self):
                self.rfile.read(int(self.headers["content-length"]))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()
            def log_message(self, *_):
                pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if sys.argv[3] == "tls":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(sys.argv[1], sys.argv[2])
            server.socket = context.wrap_socket(server.socket, server_side=True)
        print(server.server_address[1], flush=True)
        server.serve_forever()
        """
}
