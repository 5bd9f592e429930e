internal import Mail
internal import NIOCore
internal import SMTP

extension Peer {
    /// The other end of a socket; an IPv4-mapped address is IPv4, and what has no address is local.
    init(_ address: SocketAddress?) {
        guard let address, let text = address.ipAddress, let host = IPAddress(text.prefix { $0 != "%" })
        else {
            self = .local
            return
        }
        self = .host(host.unmapped, port: UInt16(clamping: address.port ?? 0))
    }
}
