import Admin
import Assembly
import Console
import Foundation
import Logging
import Settings
import Synchronization
import Testing

/// The whole bridge in this process, and what a reload makes of its sockets.
@Suite struct ReloadTests {
    private let folder = ScratchFolder()

    private func yaml(_ listeners: String, _ more: String = "") -> String {
        """
        smtp:
          hostname: mx.example.com
          listeners: [ \(listeners) ]
        spool: { path: "\(folder.file("spool"))", min_free: 0 }
        admin: { address: null }
        endpoints: { app: { url: "https://app.example.com/", secret: \(secret) } }
        routes: [ { match: { recipient: "*@example.com" }, deliver: [app] } ]
        \(more)
        """
    }

    private func unix(_ name: String) -> String {
        "{ name: \(name), address: \"unix:\(folder.file(name))\", mode: lmtp }"
    }

    /// Runs a bridge on `yaml`; `reload` reads it anew.
    private func withBridge(
        _ yaml: String, _ body: (_ reload: (String) async throws -> ReloadReport) async throws -> Void
    ) async throws {
        let text = Mutex(yaml)
        let loaded = { @Sendable in load(text.withLock { $0 }) }
        let bridge = try await Bridge(
            #require(loaded().settings, "\(loaded().diagnostics)"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, reload: loaded)
        let running = Task { try await bridge.run() }
        let client = ControlClient(socket: folder.file("spool/control.sock"))
        // The path is there a moment before anybody answers on it.
        while (try? await client.octets(ControlRequest(.get, "/api/v1/health"))) == nil { await Task.yield() }
        try await body { changed in
            text.withLock { $0 = changed }
            return try await client.ask(ControlRequest(.post, "/api/v1/reload"))
        }
        running.cancel()
        _ = try? await running.value
    }

    /// The number of the socket at `name`; `nil` when there is none.
    private func inode(_ name: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: folder.file(name))
        return attributes?[.systemFileNumber] as? Int
    }

    private func isSocket(_ name: String) -> Bool { inode(name) != nil }

    @Test func `listeners that stay keep their sockets, new ones are bound, old ones closed`() async throws {
        try await withBridge(yaml("\(unix("a")), \(unix("b"))")) { reload in
            let kept = inode("a")
            let report = try await reload(yaml("\(unix("a")), \(unix("c"))", "log: { level: debug }"))
            #expect(report.applied, "\(report.lines)")
            #expect(report.lines.contains("smtp.listeners.c: added"))
            #expect(inode("a") == kept && isSocket("c") && !isSocket("b"))
            #expect(
                try await reload(yaml("\(unix("a")), \(unix("c"))", "log: { level: debug }")).lines == [
                    "nothing changed"
                ])
        }
        #expect(!isSocket("a") && !isSocket("c"))
    }

    @Test func `a reload that cannot be carried out changes nothing`() async throws {
        let running = yaml(unix("a"))
        try await withBridge(running) { reload in
            let kept = inode("a")
            let spool = folder.file("spool")
            let refusals = [
                (
                    yaml("\(unix("a")), { name: x, address: \"unix:/proc/none/x\", mode: lmtp }"),
                    "/proc/none/x"
                ),
                (running.replacing("\(spool)\"", with: "\(spool)2\""), "spool.path"),
                (
                    running.replacing("admin: { address: null }", with: "admin: { address: '127.0.0.1:1' }"),
                    "admin.address"
                ),
                (yaml(unix("a"), "user: nobody"), "user"),
                (yaml(unix("a"), "auth: { users: '\(folder.file("none"))' }"), "none: cannot be read"),
                (yaml(unix("a"), "colour: red"), "unknown key"), ("smtp: [", "error"), ("", "error"),
            ]
            for (text, reason) in refusals {
                let report = try await reload(text)
                #expect(!report.applied, "\(text)")
                #expect(report.lines.contains { $0.contains(reason) }, "\(report.lines)")
                #expect(inode("a") == kept)
            }
            #expect(try await reload(running).lines == ["nothing changed"])
        }
    }
}
