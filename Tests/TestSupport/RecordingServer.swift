import Glibc
import Synchronization

/// An HTTP server on loopback that remembers what it was sent and behaves as badly as the test says.
///
/// A thread a connection; each runs `behaviour`, which reads and writes as it likes.
package final class RecordingServer: Sendable {
    private struct State {
        var requests: [RecordedRequest] = []
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var connections = 0
        var open: [Int32] = []
        var isListening = true
    }

    /// The port it listens on.
    package let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())
    private let behaviour: @Sendable (ServedConnection) -> Void

    /// A server on a free port of 127.0.0.1 that runs `behaviour` for each connection.
    package init(_ behaviour: @escaping @Sendable (ServedConnection) -> Void) {
        self.behaviour = behaviour
        (listener, port) = Self.listen()
        signal(SIGPIPE, SIG_IGN)
        startTestThread { [self] in accept() }
    }

    private static func listen() -> (descriptor: Int32, port: UInt16) {
        let listener = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = unsafe bind(listener, pointer, size)
                _ = Glibc.listen(listener, 128)
                _ = unsafe getsockname(listener, pointer, &size)
            }
        }
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    /// A server that answers every request with what `answer` makes of it.
    package convenience init(answer: @escaping @Sendable (RecordedRequest) -> String) {
        self.init { connection in
            while let request = connection.readRequest() {
                connection.send(answer(request))
            }
        }
    }

    /// The base of its URLs: `http://127.0.0.1:PORT`.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// Every request read so far.
    package var requests: [RecordedRequest] { state.withLock { $0.requests } }

    /// The first `count` requests, as soon as they have come.
    package func requests(_ count: Int) async -> [RecordedRequest] {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.requests.count >= count { return true }
                state.waiters.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
        return Array(requests.prefix(count))
    }

    /// How many connections came so far.
    package var connections: Int { state.withLock { $0.connections } }

    /// Whether its port still answers.
    package var isListening: Bool { state.withLock { $0.isListening } }

    /// Closes everything; those who wait in `ServedConnection` return.
    package func stop() {
        let open = state.withLock { $0.open }
        shutdown(listener, Int32(SHUT_RDWR))
        for descriptor in open { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            let number = state.withLock { state in
                state.connections += 1
                state.open.append(descriptor)
                return state.connections
            }
            let connection = ServedConnection(descriptor: descriptor, number: number, server: self)
            startTestThread { [self] in
                behaviour(connection)
                state.withLock { $0.open.removeAll { $0 == descriptor } }
                close(descriptor)
            }
        }
        close(listener)
        state.withLock { $0.isListening = false }
    }

    fileprivate func record(_ request: RecordedRequest) {
        let ready = state.withLock { state in
            state.requests.append(request)
            let ready = state.waiters.filter { $0.count <= state.requests.count }
            state.waiters.removeAll { $0.count <= state.requests.count }
            return ready
        }
        for waiter in ready { waiter.continuation.resume() }
    }
}

/// A request as it came.
package struct RecordedRequest: Sendable {
    /// The request line.
    package var line: String
    /// Header fields, names in lower case.
    package var headers: [(name: String, value: String)]
    /// The body.
    package var body: [UInt8]
    /// Which connection carried it, from 1.
    package var connection: Int

    /// The value of the first field called `name`.
    package func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}

/// One connection of a `RecordingServer`, used by its thread.
package final class ServedConnection: Sendable {
    private let descriptor: Int32
    private let server: RecordingServer
    /// Which connection this is, from 1.
    package let number: Int

    fileprivate init(descriptor: Int32, number: Int, server: RecordingServer) {
        self.descriptor = descriptor
        self.number = number
        self.server = server
    }

    /// Reads and remembers a request; `nil` when the peer closed first.
    package func readRequest() -> RecordedRequest? {
        guard var request = readHeader() else { return nil }
        let count = request.header("content-length").flatMap { Int($0) } ?? 0
        while request.body.count < count {
            guard let more = readSome(), !more.isEmpty else { return nil }
            request.body += more
        }
        server.record(request)
        return request
    }

    /// Reads a request's header and what came with it of its body.
    package func readHeader() -> RecordedRequest? {
        var octets: [UInt8] = []
        while true {
            if let end = endOfHeader(in: octets) {
                return parse(octets[..<end], body: Array(octets[(end + 4)...]))
            }
            guard let more = readSome(), !more.isEmpty else { return nil }
            octets += more
        }
    }

    /// Sends `text` as it is.
    package func send(_ text: String) {
        send(Array(text.utf8))
    }

    /// Sends `octets`.
    package func send(_ octets: [UInt8]) {
        var sent = 0
        while sent < octets.count {
            let count = unsafe octets[sent...].withUnsafeBytes {
                unsafe write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Waits until the peer closes or the server stops; what comes is thrown away.
    package func stall() {
        while let more = readSome(), !more.isEmpty {}
    }

    /// Makes the end of the connection a reset instead of an orderly close.
    package func resetAtEnd() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    }

    private func readSome() -> [UInt8]? {
        var window = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe read(descriptor, &window, window.count)
        return count < 0 ? nil : Array(window[..<count])
    }

    private func endOfHeader(in octets: [UInt8]) -> Int? {
        guard octets.count >= 4 else { return nil }
        return (0...(octets.count - 4)).first { octets[$0...].starts(with: [13, 10, 13, 10]) }
    }

    private func parse(_ header: ArraySlice<UInt8>, body: [UInt8]) -> RecordedRequest {
        let lines = String(decoding: header, as: UTF8.self).split(separator: "\r\n")
        let fields = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            let value = line[colon...].dropFirst().drop { $0 == " " }
            return (name: line[..<colon].lowercased(), value: String(value))
        }
        return RecordedRequest(
            line: String(lines.first ?? ""), headers: fields, body: body, connection: number)
    }
}

/// `200` with an empty body on a connection that stays open.
package let emptyOK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

/// An answer with `status`, `headers` and `body`.
package func answer(_ status: Int, _ headers: [String] = [], body: String = "") -> String {
    let fields = (headers + ["Content-Length: \(body.utf8.count)"]).map { $0 + "\r\n" }.joined()
    return "HTTP/1.1 \(status) Word\r\n\(fields)\r\n\(body)"
}
