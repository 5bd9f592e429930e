import Foundation
import HTTPTypes
import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle
package import Telemetry

/// The HTTP listeners of the operator: `control.sock` with the whole API, and the admin port with metrics and
/// probes, which show no mail and change nothing.
package struct AdminService: Service {
    private let options: AdminOptions
    private let api: ControlAPI
    private let registry: Registry
    private let metrics: ScrapeMetrics
    private let logger: Logger
    private let opened = AsyncStream.makeStream(of: Void.self)
    /// The largest payload `transom dev` prints.
    private static let largestInboxBody = 256 << 20

    /// Serves `api` over the socket, `registry` and the probes over TCP.
    package init(_ options: AdminOptions, api: ControlAPI, registry: Registry, logger: Logger) {
        self.options = options
        self.api = api
        self.registry = registry
        metrics = ScrapeMetrics(api, registry: registry)
        ProcessMetrics.declare(in: registry)
        self.logger = logger
    }

    /// Serves until told to stop.
    ///
    /// Throws `AdminListenerError` where it cannot listen.
    package func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                try await AdminListenerError.translating("control.sock", options.socketPath) {
                    try await control().run()
                }
            }
            if let address = options.address {
                group.addTask {
                    try await AdminListenerError.translating("admin.address", "\(address)") {
                        try await probes(on: address).run()
                    }
                }
            }
        }
    }

    /// Returns when both listeners accept, or when the caller is cancelled or told to stop.
    ///
    /// For one caller.
    package func waitUntilListening() async {
        let listeners = options.address == nil ? 1 : 2
        for await _ in opened.stream.prefix(listeners).cancelOnGracefulShutdown() {}
    }

    /// The socket's folder is the spool's and has mode 0700, so nobody can connect before the mode is set.
    private func control() -> some ApplicationProtocol {
        let path = options.socketPath
        _ = unsafe unlink(path)
        return Application(
            responder: CallbackResponder { [api] (request: Request, _: BasicRequestContext) in
                do {
                    guard let asked = try await ControlRequest(request) else {
                        return Response(.methodNotAllowed)
                    }
                    return Response(await api.respond(to: asked))
                } catch is NIOTooManyBytesError {
                    return Response(.tooLarge)
                }
            },
            configuration: ApplicationConfiguration(address: .unixDomainSocket(path: path), serverName: nil),
            onServerRunning: { [opened] _ in
                _ = unsafe chmod(path, 0o600)
                opened.continuation.yield()
            }, logger: quiet)
    }

    private func probes(on address: AdminOptions.Address) -> some ApplicationProtocol {
        let router = Router()
        router.get("metrics") { [registry, metrics] _, _ in
            await metrics.refresh()
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: registry.prometheus())))
        }
        router.get("livez") { _, _ in plain(.ok, "ok\n") }
        router.get("readyz") { [api] _, _ in
            let problems = api.bridge?.problems ?? []
            return problems.isEmpty
                ? plain(.ok, "ok\n") : plain(.serviceUnavailable, problems.joined(separator: "\n") + "\n")
        }
        if let inbox = options.inbox {
            router.post("inbox") { request, _ in
                inbox(Array(try await request.body.collect(upTo: Self.largestInboxBody).readableBytesView))
                return plain(.noContent, "")
            }
        }
        return Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), serverName: nil),
            onServerRunning: { [logger, opened] channel in
                let port = channel.localAddress?.port ?? address.port
                let bound = AdminOptions.Address(host: address.host, port: port)
                logger.info("listens", metadata: ["listener": "admin", "address": "\(bound)"])
                opened.continuation.yield()
            }, logger: quiet)
    }

    /// Hummingbird logs each start at `info`, which is our word for what happens to messages, and each listener that is
    /// stopped as an error, which it is not.
    private var quiet: Logger {
        var quiet = logger
        quiet.logLevel = .critical
        return quiet
    }
}

/// Where the operator's listeners are.
package struct AdminOptions: Sendable {
    /// The path of `control.sock`.
    package var socketPath: String
    /// Where metrics and probes are; `nil`: nowhere.
    package var address: Address?

    /// `transom dev`: who looks at what is posted to `/inbox`.
    package var inbox: (@Sendable ([UInt8]) -> Void)?

    /// Listeners at these places.
    package init(socketPath: String, address: Address?, inbox: (@Sendable ([UInt8]) -> Void)? = nil) {
        self.socketPath = socketPath
        self.address = address
        self.inbox = inbox
    }

    /// A TCP address.
    package struct Address: Sendable, CustomStringConvertible {
        /// Host name or address, without brackets.
        package var host: String
        /// The port.
        package var port: Int

        /// `host` and `port`.
        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// As the configuration writes it.
        package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }
}

private func plain(_ status: HTTPResponse.Status, _ text: String) -> Response {
    Response(
        status: status, headers: [.contentType: "text/plain; charset=utf-8"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
}

extension ControlRequest {
    /// The largest body of a request: a replay of many thousand ids.
    fileprivate static let largestBody = 4 << 20

    /// The request as HTTP brought it; `nil` for a method the API does not know.
    init?(_ request: Request) async throws {
        guard let method = Method(rawValue: request.method.rawValue) else { return nil }
        let body = try await request.body.collect(upTo: Self.largestBody)
        var query: [String: String] = [:]
        for (name, value) in request.uri.queryParameters where query[String(name)] == nil {
            query[String(name)] = String(value)
        }
        self.init(
            method, request.uri.path.removingPercentEncoding ?? request.uri.path, query: query,
            body: Array(body.readableBytesView))
    }
}

extension ControlResponse {
    /// A method the API does not know.
    fileprivate static let methodNotAllowed = json(ErrorView(error: "use GET or POST"), status: 405)
    /// A body over `ControlRequest.largestBody`.
    fileprivate static let tooLarge = json(
        ErrorView(error: "a request has at most \(ControlRequest.largestBody >> 20) MiB"), status: 413)
}

extension Response {
    /// An answer of the API as HTTP.
    fileprivate init(_ response: ControlResponse) {
        self.init(
            status: HTTPResponse.Status(code: response.status), headers: [.contentType: response.contentType],
            body: ResponseBody(response.body))
    }
}

extension ResponseBody {
    /// A whole message is sent window by window, at the pace of who asked.
    fileprivate init(_ body: ControlBody) {
        switch body {
        case .octets(let octets):
            self.init(byteBuffer: ByteBuffer(bytes: octets))
        case .message(let message):
            self.init(contentLength: message.count) { writer in
                var pieces = message.pieces
                while let piece = try pieces.next() { try await writer.write(ByteBuffer(bytes: piece)) }
                try await writer.finish(nil)
            }
        }
    }
}
