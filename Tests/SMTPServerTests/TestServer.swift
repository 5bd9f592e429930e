import Logging
import Mail
import NIOCore
import SMTP
import SMTPServer
import SMTPTestSupport
import TLS
import Telemetry
import Testing

/// Runs a server on a free port of 127.0.0.1 for as long as `body` takes.
func withServer(
    _ receiver: ScriptedReceiver, _ change: (inout SMTPServerOptions) -> Void = { _ in },
    tls: TLSContext? = nil, _ body: (Int) async throws -> Void
) async throws {
    try await withService(receiver, change, tls: tls) { _, port in try await body(port) }
}

/// The same, for tests that want the service too; the port is 0 where the listener has none.
func withService(
    _ receiver: ScriptedReceiver, names: (any PeerNames)? = nil,
    _ change: (inout SMTPServerOptions) -> Void = { _ in }, tls: TLSContext? = nil,
    _ body: (SMTPService, Int) async throws -> Void
) async throws {
    let listener = ListenerOptions(name: "mx", address: .tcp(.v4(0x7F00_0001), port: 0), mode: .mx)
    var options = SMTPServerOptions(hostname: "mx.bridge.test", listeners: [listener])
    options.limits.connectionRatePerAddress = nil
    // Clients of tests may talk before they are greeted, and what has come by then depends on the machine's mood.
    options.greetingDelay = nil
    options.shutdown = .milliseconds(200)
    change(&options)
    let service = SMTPService(
        options, receiver: receiver, tls: tls, names: names, registry: Registry(),
        logger: Logger(label: "test"))
    try await service.bind()
    let port = service.addresses["mx"]?.port ?? 0
    let running = Task { try await service.run() }
    defer { running.cancel() }
    try await body(service, port)
    running.cancel()
    try await running.value
}

extension TLSContext {
    /// A context with a certificate of its own making.
    static func selfSigned() throws -> TLSContext {
        let pair = try SelfSignedCertificate.makePEM(hostname: "mx.bridge.test")
        return try TLSContext(
            TLSOptions(certificates: [.pem(certificate: pair.certificate, key: pair.key)]))
    }
}
