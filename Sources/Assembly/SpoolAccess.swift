import Admin
package import Console
import Foundation
import Logging
import Settings
import Spool

/// How the commands that look into the spool reach it.
package enum SpoolAccess {
    /// How long a command waits for who holds the spool to answer, or to let it go.
    package static let patience = Duration.seconds(5)

    /// Calls `body` with a client of the bridge that runs on the spool at `path`; where none runs and `body` can do
    /// without, opens the spool itself, under its lock, and says so.
    ///
    /// A bridge that starts or stops has the lock for a moment without answering, as has another command; they are
    /// waited for. It throws a `CommandError`, besides what `body` throws.
    package static func with(
        _ path: String, needsBridge: Bool, terminal: Terminal, patience: Duration = patience,
        _ body: (ControlClient) async throws -> Void
    ) async throws {
        let socket = path + "/control.sock"
        let end = ContinuousClock.now + patience
        while true {
            if isListening(socket) { return try await body(ControlClient(socket: socket)) }
            guard !needsBridge else {
                throw CommandError(
                    "no bridge runs on \(path), or it has only just begun to start", .unavailable)
            }
            if let spool = try open(path, isLastTry: ContinuousClock.now >= end) {
                terminal.note("no bridge runs; the spool at \(path) is opened directly")
                return try await use(spool, body)
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// The spool; `nil` while somebody else holds it.
    private static func open(_ path: String, isLastTry: Bool) throws(CommandError) -> MessageSpool? {
        // A folder that is none must not become one because somebody looked into it.
        guard FileManager.default.fileExists(atPath: path + "/spool.sqlite") else {
            throw CommandError("there is no spool at \(path); name it with --spool or --config", .unavailable)
        }
        do {
            return try MessageSpool.open(at: path, logger: Logger.transom(LogSettings()))
        } catch SpoolError.locked(_, let holder) {
            guard isLastTry else { return nil }
            let who = holder.map { "process \($0)" } ?? "another process"
            throw CommandError(
                "\(who) holds the spool at \(path) and does not answer on its control.sock: a bridge that starts or stops, or another command; try again",
                .unavailable)
        } catch {
            throw CommandError(starting: error)
        }
    }

    private static func use(_ spool: MessageSpool, _ body: (ControlClient) async throws -> Void) async throws
    {
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
