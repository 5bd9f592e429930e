import Foundation

/// The client's side of an SMTP session over a blocking socket, for `transom send`.
struct SMTPConversation {
    private let socket: FileHandle
    private var received: [UInt8] = []
    private let onLine: (String) -> Void

    /// How long the server may be silent.
    private static let timeoutSeconds = 60
    /// The longest reply line taken from a server.
    private static let longestLine = 4096

    /// Why there is nobody to talk to.
    enum ConnectionError: Error {
        /// The name has no address.
        case noAddress
        /// None of its addresses took the connection; what the system said of the last one.
        case refused(errno: Int32)
    }

    /// Connects to `host`.
    ///
    /// `onLine` sees both sides of the dialogue.
    init(host: String, port: String, onLine: @escaping (String) -> Void) throws(ConnectionError) {
        let descriptor = try Self.connect(host, port)
        var limit = timeval(tv_sec: Self.timeoutSeconds, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        socket = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        self.onLine = onLine
    }

    /// Sends one command and gives the server's reply.
    mutating func say(_ command: String) throws -> ServerReply {
        onLine("C: \(command)")
        try write(Array((command + "\r\n").utf8))
        return try hear()
    }

    /// Sends the message, dot-stuffed and with CRLF line ends, and gives the reply to its final dot.
    mutating func send(_ message: [UInt8]) throws -> ServerReply {
        onLine("C: [\(message.count) octets]")
        try write(DotStuffing.apply(to: message))
        return try hear()
    }

    /// The next reply of the server.
    mutating func hear() throws -> ServerReply {
        var lines: [String] = []
        while true {
            let line = try nextLine()
            onLine("S: \(printable(line))")
            lines.append(line)
            guard line.utf8.count >= 3, let code = Int(line.prefix(3)), (200..<600).contains(code) else {
                throw CommandError(
                    "the server does not speak SMTP: \(printable(String(line.prefix(80))))", .unavailable)
            }
            if line.dropFirst(3).first != "-" { return ServerReply(code: code, lines: lines) }
        }
    }

    private mutating func nextLine() throws -> String {
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                let line = received[..<end].filter { $0 != UInt8(ascii: "\r") }
                received.removeFirst(end + 1)
                return String(decoding: line, as: UTF8.self)
            }
            guard received.count < Self.longestLine else {
                throw CommandError("the server's reply has no end", .unavailable)
            }
            received += try receive()
        }
    }

    /// What has come, at least one octet; `FileHandle` would wait for all it was asked for.
    private func receive() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe buffer.withUnsafeMutableBytes {
            unsafe recv(socket.fileDescriptor, $0.baseAddress, $0.count, 0)
        }
        guard count > 0 else {
            throw CommandError("the server closed the connection or was silent", .temporary)
        }
        return Array(buffer[..<count])
    }

    private func write(_ octets: [UInt8]) throws {
        do {
            try socket.write(contentsOf: Data(octets))
        } catch {
            throw CommandError("the connection broke: \(error)", .temporary)
        }
    }

    private static func connect(_ host: String, _ port: String) throws(ConnectionError) -> Int32 {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, port, &hints, &list) == 0 else { throw .noAddress }
        defer { unsafe freeaddrinfo(list) }
        var code: Int32 = 0
        var next = unsafe list
        while let address = unsafe next {
            let descriptor = unsafe Foundation.socket(
                address.pointee.ai_family, address.pointee.ai_socktype, 0)
            if descriptor >= 0 {
                if unsafe Foundation.connect(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen)
                    == 0
                {
                    return descriptor
                }
                code = errno
                close(descriptor)
            }
            unsafe next = address.pointee.ai_next
        }
        throw .refused(errno: code)
    }
}

extension SMTPConversation.ConnectionError: CustomStringConvertible {
    /// What the operator reads.
    var description: String {
        switch self {
        case .noAddress: "the name has no address"
        case .refused(let code): unsafe String(cString: strerror(code))
        }
    }
}

/// What a server answered.
struct ServerReply {
    let code: Int
    let lines: [String]

    /// The exit status for a reply that says no: 75 for 4yz, 1 for 5yz.
    var failure: ExitStatus { code < 500 ? .temporary : .failure }
}

/// RFC 5321 §4.5.2.
enum DotStuffing {
    /// `message` with CRLF line ends, every leading dot doubled, and the line of one dot behind it.
    static func apply(to message: [UInt8]) -> [UInt8] {
        var wire: [UInt8] = []
        wire.reserveCapacity(message.count + message.count / 32 + 8)
        var isLineStart = true
        for octet in message {
            if isLineStart, octet == UInt8(ascii: ".") { wire.append(octet) }
            if octet == UInt8(ascii: "\n"), wire.last != UInt8(ascii: "\r") {
                wire.append(UInt8(ascii: "\r"))
            }
            wire.append(octet)
            isLineStart = octet == UInt8(ascii: "\n")
        }
        if !isLineStart { wire += Array("\r\n".utf8) }
        return wire + Array(".\r\n".utf8)
    }
}
