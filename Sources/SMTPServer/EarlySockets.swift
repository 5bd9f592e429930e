internal import Glibc

/// Listening sockets that were opened before there was a service: while the process was still root.
///
/// The service takes each of them once. A listener that is opened again later needs the privilege again.
package struct EarlySockets: Sendable {
    private var descriptors: [ListenerKey: CInt] = [:]

    /// None.
    package init() {}

    /// Opens the sockets of `listeners` by system calls alone, without any thread; systemd's are there already.
    ///
    /// Unix sockets get the owner `user` and `group`, so that he can connect to them and remove them.
    package init(
        _ listeners: [ListenerOptions], user: UInt32, group: UInt32
    ) throws(ListenerError) {
        for options in listeners {
            if case .systemd = options.address { continue }
            descriptors[ListenerKey(options)] = try ListeningSocket.open(options)
            if case .unix(let path) = options.address, unsafe lchown(path, user, group) != 0 {
                throw .cannotBind(listener: options.name, options.address, errno: errno)
            }
        }
    }

    /// The socket of `key`, once.
    mutating func take(_ key: ListenerKey) -> CInt? {
        descriptors.removeValue(forKey: key)
    }
}
