internal import Glibc
internal import Mail

/// Opens listening sockets by system calls alone.
///
/// No thread is needed for it, so it can be done while the process has only one and is still root.
enum ListeningSocket {
    /// How many connections may wait to be accepted.
    static let backlog: CInt = 4096

    /// The socket of a listener, which does not block; systemd's are opened by systemd.
    static func open(_ options: ListenerOptions) throws(ListenerError) -> CInt {
        switch options.address {
        case .tcp(.v4(let bits), let port):
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = UInt16(clamping: port).bigEndian
            name.sin_addr.s_addr = bits.bigEndian
            return try open(options, AF_INET, name)
        case .tcp(.v6(let high, let low), let port):
            var name = sockaddr_in6()
            name.sin6_family = sa_family_t(AF_INET6)
            name.sin6_port = UInt16(clamping: port).bigEndian
            unsafe withUnsafeMutableBytes(of: &name.sin6_addr) { octets in
                unsafe octets.storeBytes(of: high.bigEndian, as: UInt64.self)
                unsafe octets.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            return try open(options, AF_INET6, name)
        case .unix(let path):
            try removeStale(path)
            guard let name = unixName(path) else { throw failure(options, ENAMETOOLONG) }
            return try open(options, AF_UNIX, name)
        case .systemd(let name):
            throw .notPassed(name: name)
        }
    }

    private static func open<Name>(
        _ options: ListenerOptions, _ family: CInt, _ name: Name
    ) throws(ListenerError) -> CInt {
        let descriptor = stream(family)
        guard descriptor >= 0 else { throw failure(options, errno) }
        if family != AF_UNIX { set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1) }
        if case .tcp(.v6(high: 0, low: 0), _) = options.address {
            set(descriptor, CInt(IPPROTO_IPV6), IPV6_V6ONLY, 0)
        }
        let isListening =
            unsafe with(name) { unsafe bind(descriptor, $0, $1) } == 0 && listen(descriptor, backlog) == 0
        guard isListening else {
            let code = errno
            close(descriptor)
            throw failure(options, code)
        }
        return descriptor
    }

    private static func failure(_ options: ListenerOptions, _ code: CInt) -> ListenerError {
        .cannotBind(listener: options.name, options.address, errno: code)
    }

    /// Removes a Unix socket that nobody listens on any more, left behind by a process that was killed.
    private static func removeStale(_ path: String) throws(ListenerError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .pathIsNoSocket(path: path) }
        guard !isAnswered(path) else { throw .pathInUse(path: path) }
        _ = unsafe unlink(path)
    }

    /// Whether somebody listens on the Unix socket; one whose backlog is full makes us wait, which says so too.
    private static func isAnswered(_ path: String) -> Bool {
        let descriptor = stream(AF_UNIX)
        guard descriptor >= 0, let name = unixName(path) else { return false }
        defer { close(descriptor) }
        return unsafe with(name) { unsafe connect(descriptor, $0, $1) } == 0 || errno == EAGAIN
    }

    private static func stream(_ family: CInt) -> CInt {
        socket(family, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    }

    private static func set(_ descriptor: CInt, _ level: CInt, _ option: CInt, _ value: CInt) {
        var value = value
        _ = unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }

    /// The name of a Unix socket; `nil` when the path does not fit with the NUL behind it.
    private static func unixName(_ path: String) -> sockaddr_un? {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        let octets = Array(path.utf8)
        guard octets.count < MemoryLayout.size(ofValue: name.sun_path) else { return nil }
        unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: octets) }
        return name
    }

    /// Calls `body` with `name` as the socket calls want it.
    private static func with<Name>(
        _ name: Name, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        unsafe withUnsafePointer(to: name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<Name>.size))
            }
        }
    }
}
