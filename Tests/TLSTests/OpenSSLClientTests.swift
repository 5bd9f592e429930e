import Foundation
import NIOCore
import NIOPosix
import TLS
import Testing

/// A server on loopback that says what was agreed, sends back the first octets it gets and closes, against `openssl s_client`.
@Suite(.enabled(if: TestCertificates.hasTool, "needs the openssl command"))
struct OpenSSLClientTests {
    private let files: TestCertificates

    init() throws {
        files = try TestCertificates()
        try files.makeAuthority()
    }

    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(data, promise: nil)
            context.close(promise: nil)
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .handshakeCompleted(let session)? = event as? TLSEvent {
                let text =
                    "session \(session.version) resumed=\(session.isResumed) name=\(session.serverName ?? "-")\n"
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            }
        }
    }

    /// Runs `s_client` with `arguments` against `context` once for each element, and returns what it printed.
    private func talk(_ context: TLSContext, _ arguments: [String]...) async throws -> [String] {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([context.makeHandler(), Echo()])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = server.localAddress?.port ?? 0
        var outputs: [String] = []
        for extra in arguments {
            outputs.append(
                try files.openssl(
                    ["s_client", "-connect", "127.0.0.1:\(port)"] + extra, input: "hello there\n"))
        }
        try await server.close()
        return outputs
    }

    @Test func `s_client speaks TLS 1.3 and 1.2, and nothing older`() async throws {
        let context = try TLSContext(
            TLSOptions(certificates: [files.selfSigned("mx", hostname: "mx.example.com")]))
        let outputs = try await talk(
            context, ["-tls1_3"], ["-tls1_2"], ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
            ["-servername", "mx.example.com"])
        #expect(outputs[0].contains("session TLSv1.3 resumed=false"))
        #expect(outputs[1].contains("session TLSv1.2 resumed=false"))
        #expect(!outputs[2].contains("session TLS"))
        #expect(outputs[3].contains("name=mx.example.com"))
        #expect(outputs[1].contains("Secure Renegotiation IS supported"))
        #expect(outputs[0].contains("Server Temp Key: X25519"))
    }

    @Test(arguments: ["-tls1_3", "-tls1_2"])
    func `sessions are resumed by ticket, until a reload`(version: String) async throws {
        let context = try TLSContext(
            TLSOptions(certificates: [files.selfSigned("mx", hostname: "mx.example.com")]))
        let save = [version, "-sess_out", files.path("session")]
        let use = [version, "-sess_in", files.path("session")]
        let first = try await talk(context, save, use)
        #expect(first[0].contains("resumed=false"))
        #expect(first[1].contains("resumed=true"))
        try files.selfSigned("mx", hostname: "mx.example.com")
        guard case .reloaded = context.reloadIfChanged() else {
            Issue.record("expected a reload")
            return
        }
        let second = try await talk(context, use)
        #expect(second[0].contains("resumed=false"))
    }

    @Test func `RSA and ECDSA certificates of one name serve both kinds of client`() async throws {
        let names = "subjectAltName=DNS:mx.example.com"
        let context = try TLSContext(
            TLSOptions(certificates: [
                files.signed("ec", subject: "/CN=mx", extensions: names),
                files.signed("rsa", subject: "/CN=mx", extensions: names, algorithm: ["rsa:2048"]),
            ]))
        let outputs = try await talk(
            context, ["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"],
            ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"],
            ["-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256"])
        #expect(outputs[0].contains("Cipher is ECDHE-RSA-AES128-GCM-SHA256"))
        #expect(outputs[1].contains("Cipher is ECDHE-ECDSA-AES128-GCM-SHA256"))
        #expect(outputs[2].contains("Cipher is ECDHE-ECDSA-AES128-GCM-SHA256"))
    }

    @Test func `the chain is sent and verifies`() async throws {
        let context = try TLSContext(
            TLSOptions(certificates: [
                files.signed("mx", subject: "/CN=mx", extensions: "subjectAltName=DNS:mx.example.com")
            ]))
        let outputs = try await talk(
            context,
            ["-CAfile", files.path("ca.crt"), "-verify_return_error", "-verify_hostname", "mx.example.com"],
            ["-alpn", "smtp"], ["-alpn", "h2,http/1.1"])
        #expect(outputs[0].contains("Verify return code: 0 (ok)"))
        #expect(outputs[1].contains("ALPN protocol: smtp"))
        #expect(outputs[2].contains("no application protocol"))
    }
}
