import Admin
import Foundation
import Logging
import NIOCore
import Spool
import Synchronization
import Telemetry
import Testing

/// The listeners: who may connect, what each of them answers, and what is refused as HTTP.
@Suite struct AdminServiceTests {
    /// Runs the service for as long as `body` takes; it gets the socket's path and the address of the admin port.
    private func withService(
        _ desk: ControlDesk, inbox: (@Sendable ([UInt8]) -> Void)? = nil,
        _ body: (_ socket: String, _ web: SocketAddress) async throws -> Void
    ) async throws {
        let log = PortLog()
        let path = desk.folder + "/control.sock"
        let options = AdminOptions(
            socketPath: path, address: AdminOptions.Address(host: "127.0.0.1", port: 0), inbox: inbox)
        let service = AdminService(
            options, api: desk.api, registry: Registry(), logger: Logger(label: "test") { _ in log })
        let running = Task { try await service.run() }
        defer { running.cancel() }
        await service.waitUntilListening()
        let port = try #require(log.port)
        try await body(path, SocketAddress(ipAddress: "127.0.0.1", port: port))
        running.cancel()
        _ = try? await running.value
    }

    @Test func `the socket is its owner's alone, and takes the place of a dead one`() async throws {
        try await ControlDesk.with { desk async throws in
            try Data("left by a kill".utf8).write(to: URL(fileURLWithPath: desk.folder + "/control.sock"))
            try await withService(desk) { path, _ async throws in
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
                #expect(attributes[.type] as? FileAttributeType == .typeSocket)
            }
        }
    }

    @Test func `the API answers over the socket, percent-decoded, whole messages too`() async throws {
        try await ControlDesk.with { desk async throws in
            let id = await desk.store(String(repeating: "0123456789", count: 100_000), to: "app")
            try await withService(desk) { path, _ async throws in
                let socket = try SocketAddress(unixDomainSocketPath: path)
                let listed = await RawClient.ask(socket, .get("/api/v1/messages?limit=1&limit=x&l%69mit=y"))
                #expect(listed.status == 200)
                #expect(listed.contains("\(id)"))
                let encoded = await RawClient.ask(socket, .get("/api/v1/m%65ssages/\(id)"))
                #expect(encoded.status == 200)
                let raw = await RawClient.ask(socket, .get("/api/v1/messages/\(id)/raw"))
                #expect(raw.contains("Content-Length: \(1_000_000 + ControlDesk.trace.utf8.count)\r\n"))
                #expect(
                    raw.hasSuffix(
                        "\r\n\r\n" + ControlDesk.trace + String(repeating: "0123456789", count: 100_000)))
            }
        }
    }

    private static let nonsense: [(String, ClosedRange<Int>)] = [
        ("PUT /api/v1/messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 405...405),
        ("DELETE /api/v1/messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 405...405),
        (.get("/api/v1/messages/%"), 400...404), (.get("/api/v1/messages/%FF%00"), 400...404),
        (.get("/api/v1/messages/..%2f..%2fetc%2fpasswd"), 404...404),
        (
            "POST /api/v1/replay HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\n\u{0}\u{1}\u{2}",
            400...400
        ),
        (
            "POST /api/v1/replay HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4194305\r\n\r\n"
                + String(repeating: " ", count: 4_194_305), 413...413
        ),
        ("EHLO client.example\r\n\r\n", 400...400),
    ]

    @Test(arguments: nonsense)
    func `what is no request of ours has its status`(_ request: String, _ statuses: ClosedRange<Int>)
        async throws
    {
        try await ControlDesk.with { desk async throws in
            try await withService(desk) { path, _ async throws in
                let socket = try SocketAddress(unixDomainSocketPath: path)
                let answer = await RawClient.ask(socket, request)
                #expect(statuses.contains(answer.status), "\(answer.prefix(200))")
                #expect(await RawClient.ask(socket, .get("/api/v1/health")).status == 200)
            }
        }
    }

    @Test func `the admin port shows no mail, changes nothing, and tells how we do`() async throws {
        try await ControlDesk.with { desk async throws in
            try await withService(desk) { _, web async throws in
                for target in ["/api/v1/messages", "/api/v1/health", "/", "/inbox", "/livez/more"] {
                    #expect(await RawClient.ask(web, .get(target)).status == 404, "\(target)")
                }
                let order =
                    "POST /inbox HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                #expect(await RawClient.ask(web, order).status == 404)
                #expect(await RawClient.ask(web, .get("/livez")).status == 200)
                #expect(await RawClient.ask(web, .get("/readyz")).status == 200)
                #expect(await RawClient.ask(web, .get("/metrics")).contains("text/plain; version=0.0.4"))
                desk.bridge?.problems = ["stopping", "less free space than spool.min_free"]
                let ready = await RawClient.ask(web, .get("/readyz"))
                #expect(ready.status == 503)
                #expect(ready.hasSuffix("stopping\nless free space than spool.min_free\n"))
                #expect(await RawClient.ask(web, .get("/livez")).status == 200)
            }
        }
    }

    @Test func `metrics tell what waits, what is held, when certificates end, and of the process`()
        async throws
    {
        try await ControlDesk.with { desk async throws in
            desk.bridge?.names = ["app", "archive"]
            _ = try await desk.spool.configureEndpoints(["app", "archive"])
            await desk.store(to: "app", "archive")
            await desk.store(to: "archive", "gone")
            try await desk.spool.hold("archive", as: .paused)
            try await withService(desk) { _, web async throws in
                let metrics = await RawClient.ask(web, .get("/metrics"))
                for line in [
                    #"transom_endpoint_deliveries{endpoint="app",state="waiting"} 1.0"#,
                    #"transom_endpoint_deliveries{endpoint="archive",state="waiting"} 0.0"#,
                    #"transom_endpoint_deliveries{endpoint="archive",state="held"} 2.0"#,
                    #"transom_endpoint_deliveries{endpoint="archive",state="dead"} 0.0"#,
                    #"transom_endpoint_deliveries{endpoint="gone",state="waiting"} 1.0"#,
                    #"transom_endpoint_paused{endpoint="app"} 0.0"#,
                    #"transom_endpoint_paused{endpoint="archive"} 1.0"#,
                    #"transom_endpoint_disabled{endpoint="archive"} 0.0"#,
                    #"transom_tls_certificate_expiry_timestamp_seconds{file="/etc/mx.pem"} 1893456000.0"#,
                ] { #expect(metrics.contains("\n\(line)\n"), "\(line)") }
                #expect(!metrics.contains(#"transom_endpoint_paused{endpoint="gone"}"#))
                func level(_ name: String) -> Double {
                    metrics.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
                        .flatMap { Double($0.dropFirst(name.count + 1)) } ?? .nan
                }
                let now = Date().timeIntervalSince1970
                #expect((now - 86_400...now + 1).contains(level("process_start_time_seconds")))
                #expect(level("process_cpu_seconds_total") > 0)
                #expect(level("process_resident_memory_bytes") > 1_000_000)
                #expect(level("process_virtual_memory_bytes") > level("process_resident_memory_bytes"))
                #expect((3...level("process_max_fds")).contains(level("process_open_fds")))
            }
        }
    }

    @Test func `with an inbox what is posted there is looked at`() async throws {
        let got = Mutex<[UInt8]>([])
        try await ControlDesk.with { desk async throws in
            try await withService(desk, inbox: { octets in got.withLock { $0 = octets } }) {
                _, web async throws in
                let post =
                    "POST /inbox HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
                #expect(await RawClient.ask(web, post).status == 204)
            }
        }
        #expect(got.withLock { $0 } == Array("hello".utf8))
    }

    @Test func `a place where it cannot listen is named`() async throws {
        try await ControlDesk.with { desk async throws in
            try await withService(desk) { _, web async throws in
                let address = AdminOptions.Address(host: "127.0.0.1", port: try #require(web.port))
                let error = await failure(desk, desk.folder + "/other.sock", address)
                #expect(error == .cannotBind(name: "admin.address", address: "\(address)", errno: EADDRINUSE))
                #expect("\(error.map { "\($0)" } ?? "")".contains("another program listens there"))
            }
            let long = desk.folder + "/" + String(repeating: "x", count: 200)
            #expect(await failure(desk, long, nil) == .pathTooLong(long))
        }
    }

    private func failure(
        _ desk: ControlDesk, _ path: String, _ address: AdminOptions.Address?
    ) async -> AdminListenerError? {
        let service = AdminService(
            AdminOptions(socketPath: path, address: address), api: desk.api, registry: Registry(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        do {
            try await service.run()
            return nil
        } catch {
            return error as? AdminListenerError
        }
    }
}

/// Hears which port the system chose.
private final class PortLog: LogHandler {
    private let seen = Mutex<Int?>(nil)

    var port: Int? { seen.withLock { $0 } }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    var logLevel: Logger.Level {
        get { .info }
        set {}
    }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        guard case .string(let address)? = event.metadata?["address"], let colon = address.lastIndex(of: ":")
        else { return }
        seen.withLock { $0 = Int(address[address.index(after: colon)...]) }
    }
}
