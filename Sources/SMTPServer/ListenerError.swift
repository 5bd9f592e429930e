internal import Glibc

/// Why a listener cannot listen.
package enum ListenerError: Error, Equatable {
    /// systemd passed no socket of this name.
    case notPassed(name: String)
    /// Somebody answers on the Unix socket.
    case pathInUse(path: String)
    /// The path of the Unix socket is something else than a socket.
    case pathIsNoSocket(path: String)
    /// TLS from the first octet is wanted, and there is no certificate.
    case needsTLS(listener: String)
    /// The system does not let `listener` listen there.
    case cannotBind(listener: String, ListenerAddress, errno: CInt)
    /// Listening failed for another reason.
    case failed(listener: String, ListenerAddress, reason: String)
}

extension ListenerError: CustomStringConvertible {
    /// What is wrong and what to do about it.
    package var description: String {
        switch self {
        case .notPassed(let name):
            "systemd passed no socket named \(name): is there a socket unit with FileDescriptorName=\(name)?"
        case .pathInUse(let path):
            "unix:\(path): another process answers there"
        case .pathIsNoSocket(let path):
            "unix:\(path): there is a file that is no socket; move it away"
        case .needsTLS(let listener):
            "listener \(listener) begins with TLS, and no certificate is configured (tls.certificate, tls.key)"
        case .cannotBind(let listener, let address, EADDRINUSE):
            "listener \(listener), \(address): the address is in use: another program listens there; stop it, or give"
                + " the listener another address"
        case .cannotBind(let listener, let address, EACCES):
            "listener \(listener), \(address): a port below 1024 needs privilege: systemd"
                + " (AmbientCapabilities=CAP_NET_BIND_SERVICE or a socket unit with address systemd:NAME), setcap"
                + " cap_net_bind_service=+ep on the binary, sysctl net.ipv4.ip_unprivileged_port_start=25, or a start"
                + " as root with `user:`; a process that has become that user needs a restart for it"
        case .cannotBind(let listener, let address, EADDRNOTAVAIL):
            "listener \(listener), \(address): this machine does not have the address"
        case .cannotBind(let listener, let address, let number):
            "listener \(listener), \(address): "
                + (unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)")
        case .failed(let listener, let address, let reason):
            "listener \(listener), \(address): \(reason)"
        }
    }
}
