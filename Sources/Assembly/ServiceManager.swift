import Dispatch
import Foundation
import SMTPServer
import ServiceLifecycle

/// Tells systemd how the process does, as sd_notify(3) would; elsewhere it does nothing.
struct ServiceManager: Sendable {
    private let path: String?
    private let watchdog: Duration?

    /// What the environment says about who wants to know.
    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        path = environment["NOTIFY_SOCKET"]
        let isOurs = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
        watchdog = isOurs ? environment["WATCHDOG_USEC"].flatMap { Int64($0) }.map { .microseconds($0) } : nil
    }

    /// The sockets are bound and the operator's accept; those for mail are about to.
    func ready() { send("READY=1") }

    /// The configuration is being read anew; `ready` ends it.
    func reloading() {
        send("RELOADING=1\nMONOTONIC_USEC=\(DispatchTime.now().uptimeNanoseconds / 1000)")
    }

    /// The process stops.
    func stopping() { send("STOPPING=1") }

    /// Reports life twice in each stretch that systemd grants, each time after every event loop of `smtp` has turned.
    func watch(_ smtp: SMTPService) async {
        guard path != nil, let watchdog else { return }
        while (try? await Task.sleep(for: watchdog / 2)) != nil {
            await smtp.turnLoops()
            send("WATCHDOG=1")
        }
    }

    /// A failure is nobody's to handle: systemd will draw its own conclusions.
    private func send(_ state: String) {
        guard let path, path.utf8.count < 108, path.utf8.count > 1 else { return }
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { target in
            unsafe target.copyBytes(from: path.utf8)
            // A name of the abstract namespace begins with NUL and is written with @.
            if path.hasPrefix("@") { unsafe target[0] = 0 }
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count)
        let octets = Array(state.utf8)
        _ = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe sendto(descriptor, octets, octets.count, 0, $0, length)
            }
        }
    }
}

/// Keeps the watchdog quiet, and says STOPPING at the end; READY is `MailGate`'s to say.
struct ServiceManagerWatch: Service {
    let manager: ServiceManager
    let smtp: SMTPService

    func run() async throws {
        await cancelWhenGracefulShutdown { await manager.watch(smtp) }
        try? await gracefulShutdown()
        manager.stopping()
    }
}
