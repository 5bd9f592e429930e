package import Mail

/// Where a listener listens.
package enum ListenerAddress: Hashable, Sendable {
    /// An address and a TCP port; `::` takes IPv4 too, port 0 is any free one.
    case tcp(IPAddress, port: Int)
    /// A Unix socket of this path.
    case unix(String)
    /// A socket that systemd passed under this name.
    case systemd(String)
}

extension ListenerAddress: CustomStringConvertible {
    /// As the configuration writes it.
    package var description: String {
        switch self {
        case .tcp(.v4(let bits), let port): "\(IPAddress.v4(bits)):\(port)"
        case .tcp(let address, let port): "[\(address)]:\(port)"
        case .unix(let path): "unix:\(path)"
        case .systemd(let name): "systemd:\(name)"
        }
    }
}
