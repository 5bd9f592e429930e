import Logging
import Mail
import NIOCore
import SMTP
import SMTPServer
import SMTPTestSupport
import Telemetry
import Testing

/// Runs a server on a free port of 127.0.0.1 for as long as `body` takes.
func withServer(
    _ receiver: ScriptedReceiver, _ change: (inout SMTPServerOptions) -> Void = { _ in },
    _ body: (Int) async throws -> Void
) async throws {
    try await withService(receiver, change) { _, port in try await body(port) }
}

/// The same, for tests that want the service too.
func withService(
    _ receiver: ScriptedReceiver, _ change: (inout SMTPServerOptions) -> Void = { _ in },
    _ body: (SMTPService, Int) async throws -> Void
) async throws {
    let listener = ListenerOptions(name: "mx", address: .tcp(.v4(0x7F00_0001), port: 0), mode: .mx)
    var options = SMTPServerOptions(hostname: "mx.bridge.test", listeners: [listener])
    options.limits.connectionRatePerAddress = nil
    options.shutdown = .milliseconds(200)
    change(&options)
    let service = SMTPService(
        options, receiver: receiver, registry: Registry(), logger: Logger(label: "test"))
    try await service.bind()
    let port = try #require(service.addresses["mx"]?.port)
    let running = Task { try await service.run() }
    defer { running.cancel() }
    try await body(service, port)
    running.cancel()
    try await running.value
}
