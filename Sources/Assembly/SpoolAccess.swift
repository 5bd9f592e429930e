import Admin
package import Console
import Foundation
import Logging
import Settings
import Spool

/// How the commands that look into the spool reach it.
package enum SpoolAccess {
    /// Calls `body` with a client of the bridge that runs on the spool at `path`; where none runs and `body` can do
    /// without, opens the spool itself, under its lock, and says so.
    package static func with(
        _ path: String, needsBridge: Bool, terminal: Terminal, _ body: (ControlClient) async throws -> Void
    ) async throws {
        let socket = path + "/control.sock"
        if isListening(socket) { return try await body(ControlClient(socket: socket)) }
        guard !needsBridge else { throw CommandError("no bridge runs on \(path)", .unavailable) }
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandError("there is no spool at \(path); name it with --spool or --config", .unavailable)
        }
        let spool: MessageSpool
        do {
            spool = try MessageSpool.open(at: path, logger: Logger.transom(LogSettings()))
        } catch {
            throw CommandError(starting: error)
        }
        terminal.note("no bridge runs; the spool at \(path) is opened directly")
        do {
            try await body(ControlClient(ControlAPI(spool: spool, bridge: nil)))
        } catch {
            await spool.close()
            throw error
        }
        await spool.close()
    }

    /// Whether somebody answers on the socket; a file alone may be what a killed bridge left.
    private static func isListening(_ path: String) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let octets = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path) - 1
        guard octets.count <= room else { return false }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: octets) }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
