import Foundation
import Logging
import Mail
import NIOCore
import SMTP
import SMTPServer
import SMTPTestSupport
import Telemetry
import Testing

@Suite struct EarlySocketTests {
    @Test func `a service takes the sockets that were opened before it`() async throws {
        let path = NSTemporaryDirectory() + "early-\(UUID().uuidString.prefix(8)).sock"
        let listeners = [
            ListenerOptions(name: "four", address: .tcp(.v4(0x7F00_0001), port: 0), mode: .mx),
            ListenerOptions(name: "six", address: .tcp(.v6(high: 0, low: 1), port: 0), mode: .mx),
            ListenerOptions(name: "local", address: .unix(path), mode: .lmtp),
        ]
        let early = try EarlySockets(listeners, user: getuid(), group: getgid())
        #expect(FileManager.default.fileExists(atPath: path))
        let service = SMTPService(
            SMTPServerOptions(hostname: "mx.bridge.test", listeners: listeners), receiver: ScriptedReceiver(),
            early: early, registry: Registry(), logger: Logger(label: "test"))
        try await service.bind()
        #expect(service.addresses.count == 3)
        let port = try #require(service.addresses["four"]?.port)
        let running = Task { try await service.run() }
        #expect(try await Client(port: port).code() == 220)
        // A socket that is given up is opened anew: the early one is not there twice.
        try await service.reconfigure(
            SMTPServerOptions(hostname: "mx.bridge.test", listeners: [listeners[1]]))
        #expect(!FileManager.default.fileExists(atPath: path))
        try await service.reconfigure(SMTPServerOptions(hostname: "mx.bridge.test", listeners: listeners))
        #expect(FileManager.default.fileExists(atPath: path))
        let again = try #require(service.addresses["four"]?.port)
        #expect(try await Client(port: again).code() == 220)
        running.cancel()
        try await running.value
    }

    @Test func `an address in use is refused as it is later`() throws {
        let listener = ListenerOptions(
            name: "mx", address: .unix("/\(String(repeating: "x", count: 200))"), mode: .mx)
        #expect(throws: ListenerError.cannotBind(listener: "mx", listener.address, errno: ENAMETOOLONG)) {
            try EarlySockets([listener], user: getuid(), group: getgid())
        }
    }
}
