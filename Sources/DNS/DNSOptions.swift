import Glibc
import NIOCore
import Synchronization

/// Whom to ask, and how patiently.
package struct DNSOptions: Sendable, Equatable {
    /// Servers as `ADDRESS`, `ADDRESS:PORT` or `[ADDRESS]:PORT`; none means those of `resolverFile`.
    package var servers: [String]
    /// How long one server has for one try; nil means what `resolverFile` says, else two seconds.
    package var timeout: Duration?
    /// How often each server is asked; nil means what `resolverFile` says, else twice.
    package var rounds: Int?
    /// Whether the AD bit of servers on other machines is believed; of those on loopback it is.
    package var trustsAD: Bool
    /// The system's own list, read again when it changes.
    package var resolverFile: String
    /// How long a look at `resolverFile` counts.
    package var lookInterval: Duration

    /// The system's servers unless told otherwise.
    package init(
        servers: [String] = [], timeout: Duration? = nil, rounds: Int? = nil, trustsAD: Bool = false,
        resolverFile: String = "/etc/resolv.conf", lookInterval: Duration = .seconds(5)
    ) {
        self.servers = servers
        self.timeout = timeout
        self.rounds = rounds
        self.trustsAD = trustsAD
        self.resolverFile = resolverFile
        self.lookInterval = lookInterval
    }
}

/// Why the resolver cannot be set up.
package enum DNSOptionsError: Error, Equatable {
    /// This is not `ADDRESS`, `ADDRESS:PORT` or `[ADDRESS]:PORT` with an IP address.
    case badServer(String)
}

/// The servers of this moment.
struct ServerList: Sendable, Equatable {
    /// Their addresses.
    var addresses: [SocketAddress]
    /// Time for one try.
    var timeout: Duration = .seconds(2)
    /// Tries for each.
    var rounds = 2
    /// Whether to begin with another one each time.
    var rotates = false

    /// Most servers of a resolver file that count, as in the C library.
    static let limit = 3

    /// The address in `text`; port 53 unless it names one.
    static func address(_ text: String) -> SocketAddress? {
        if let plain = try? SocketAddress(ipAddress: text, port: 53) { return plain }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return text.first == "[" && text.last == "]"
                ? try? SocketAddress(ipAddress: String(text.dropFirst().dropLast()), port: 53) : nil
        }
        var host = text[..<colon]
        if host.first == "[" && host.last == "]" { host = host.dropFirst().dropLast() }
        return try? SocketAddress(ipAddress: String(host), port: Int(port))
    }

    /// Reads the text of a resolver file, see resolv.conf(5).
    ///
    /// Lines that make no sense are passed over.
    init(resolverFile text: String) {
        addresses = []
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            switch words.first {
            case "nameserver":
                if words.count > 1, addresses.count < Self.limit, let address = Self.address(String(words[1]))
                {
                    addresses.append(address)
                }
            case "options":
                for word in words.dropFirst() { take(option: word) }
            default: break
            }
        }
        if addresses.isEmpty, let loopback = Self.address("127.0.0.1") { addresses = [loopback] }
    }

    private mutating func take(option: Substring) {
        if option == "rotate" { rotates = true }
        if let value = Self.number(option, after: "timeout:") { timeout = .seconds(min(max(value, 1), 30)) }
        if let value = Self.number(option, after: "attempts:") { rounds = min(max(value, 1), 5) }
    }

    private static func number(_ option: Substring, after prefix: String) -> Int? {
        option.hasPrefix(prefix) ? Int(option.dropFirst(prefix.count)) : nil
    }
}

/// Keeps the list of servers, and reads the system's again when it changes.
final class ServerSource: Sendable {
    private let options: DNSOptions
    private let fixed: [SocketAddress]
    private let state = Mutex(State())

    private struct State {
        /// The list, and which file it was read from.
        var known: (list: ServerList, modified: [Int])?
        var checked: ContinuousClock.Instant?
    }

    /// Largest resolver file that is read.
    static let fileLimit = 64 << 10

    /// The servers `options` name.
    init(_ options: DNSOptions) throws(DNSOptionsError) {
        self.options = options
        var addresses: [SocketAddress] = []
        for text in options.servers {
            guard let address = ServerList.address(text) else { throw .badServer(text) }
            addresses.append(address)
        }
        fixed = addresses
    }

    /// The list at `now`.
    func list(now: ContinuousClock.Instant = .now) -> ServerList {
        var list = fixed.isEmpty ? systemList(now) : ServerList(resolverFile: "")
        if !fixed.isEmpty { list.addresses = fixed }
        if let timeout = options.timeout { list.timeout = timeout }
        if let rounds = options.rounds { list.rounds = rounds }
        return list
    }

    /// The system's list; one caller looks at the file, the others go on with what is known.
    ///
    /// It is a `stat` each `lookInterval`, on the thread of whoever asks, which is no event loop's.
    private func systemList(_ now: ContinuousClock.Instant) -> ServerList {
        let (known, isDue) = state.withLock { state in
            let isDue = state.checked.map { now - $0 >= options.lookInterval } ?? true
            if isDue { state.checked = now }
            return (state.known, isDue)
        }
        if let known, !isDue { return known.list }
        let modified = Self.modification(options.resolverFile)
        if let known, known.modified == modified { return known.list }
        let list = ServerList(resolverFile: Self.read(options.resolverFile))
        state.withLock { $0.known = (list, modified) }
        return list
    }

    private static func modification(_ path: String) -> [Int] {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return [] }
        return [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, Int(status.st_ino)]
    }

    private static func read(_ path: String) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var octets = [UInt8](repeating: 0, count: fileLimit)
        let count = unsafe Glibc.read(descriptor, &octets, octets.count)
        return String(decoding: octets.prefix(max(0, count)), as: UTF8.self)
    }
}
