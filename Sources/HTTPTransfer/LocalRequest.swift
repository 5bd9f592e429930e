import CCurl
import Glibc

/// A request to a server on this machine through its Unix socket, for commands that wait for the answer.
///
/// It blocks the caller; nothing of it goes over a network.
package struct LocalRequest {
    /// The path of the socket.
    private let socket: String
    /// How long connecting may take; a server that runs takes microseconds.
    private static let connectMilliseconds = 5000

    /// Requests to the server that listens on `socket`.
    package init(socket: String) {
        self.socket = socket
    }

    /// What came back.
    package struct Answer: Sendable {
        /// The HTTP status.
        package var status: Int
        /// The body of an answer that is not 2xx; of one that is, the sink has it.
        package var body: [UInt8]
    }

    /// Takes the body of a 2xx answer piece by piece; an error it throws ends the exchange.
    package typealias Sink = ([UInt8]) throws -> Void

    /// Why there is no answer.
    package enum Failure: Error, Equatable {
        /// Nobody listens on the socket.
        case notListening
        /// The exchange broke off; libcurl's words.
        case broken(String)
    }

    /// Sends `body`, or asks with GET where it is `nil`, and waits for the whole answer, whose body goes to `sink`.
    ///
    /// Throws `Failure`, or what `sink` throws.
    package func send(_ target: String, body: [UInt8]?, sink: Sink) throws -> Answer {
        guard CurlLibrary.isReady, let easy = unsafe curl_easy_init() else {
            throw Failure.broken("out of memory")
        }
        defer { unsafe curl_easy_cleanup(easy) }
        unsafe curl_easy_set_text(easy, CURLOPT_UNIX_SOCKET_PATH, socket)
        unsafe curl_easy_set_text(easy, CURLOPT_URL, "http://localhost" + target)
        unsafe curl_easy_set_long(easy, CURLOPT_PATH_AS_IS, 1)  // A segment `..` is a name like others.
        unsafe curl_easy_set_text(easy, CURLOPT_PROXY, "")
        unsafe curl_easy_set_long(easy, CURLOPT_NOSIGNAL, 1)
        unsafe curl_easy_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Self.connectMilliseconds)
        if let body {
            unsafe curl_easy_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            _ = unsafe body.withUnsafeBytes {
                unsafe curl_easy_set_copied_body(easy, $0.baseAddress ?? noOctets)
            }
        }
        return try withoutActuallyEscaping(sink) { sink in
            let status = { unsafe curl_easy_get_long(easy, CURLINFO_RESPONSE_CODE) }
            let collector = Collector(status: status, sink: sink)
            let context = unsafe Unmanaged.passUnretained(collector).toOpaque()
            unsafe curl_easy_set_write_function(easy, collect, context)
            let code = withExtendedLifetime(collector) { unsafe curl_easy_perform(easy) }
            if let failure = collector.failure { throw failure }
            guard code == CURLE_OK else {
                throw code == CURLE_COULDNT_CONNECT ? Failure.notListening : .broken(Self.words(code))
            }
            return Answer(status: status(), body: collector.octets)
        }
    }

    private static func words(_ code: CURLcode) -> String {
        unsafe String(cString: curl_easy_strerror(code))
    }
}

/// What becomes of the octets of an answer, as libcurl brings them.
private final class Collector {
    private(set) var octets: [UInt8] = []
    private(set) var failure: (any Error)?
    /// The status, once the header is there.
    private let status: () -> Int
    private let sink: LocalRequest.Sink

    init(status: @escaping () -> Int, sink: @escaping LocalRequest.Sink) {
        self.status = status
        self.sink = sink
    }

    /// Takes a piece; false ends the exchange.
    func take(_ piece: UnsafeRawBufferPointer) -> Bool {
        guard (200..<300).contains(status()) else {
            unsafe octets.append(contentsOf: piece)
            return true
        }
        do {
            try sink(unsafe Array(piece))
            return true
        } catch {
            failure = error
            return false
        }
    }
}

/// What an empty body points at; libcurl reads none of it.
private nonisolated(unsafe) let noOctets = UnsafeRawPointer(
    UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))

/// libcurl's write callback: one line into Swift.
private let collect: curl_write_callback = { octets, size, count, context in
    guard let octets = unsafe octets, let context = unsafe context else { return 0 }
    let collector = unsafe Unmanaged<Collector>.fromOpaque(context).takeUnretainedValue()
    let piece = unsafe UnsafeRawBufferPointer(start: octets, count: size * count)
    return unsafe collector.take(piece) ? piece.count : 0
}
