/// One HTTP request to be made.
package struct Transfer: Sendable {
    /// Given back with the result; the engine does not look at it.
    package var token: UInt64
    /// Where to: `http` or `https`, without a fragment; `user:password@` becomes Basic authentication.
    package var url: String
    /// The method; with a body `POST` or `PUT`.
    package var method: TransferMethod
    /// Request headers.
    ///
    /// `host`, `content-length`, `transfer-encoding`, `connection` and `expect` are the engine's own.
    package var headers: [(name: String, value: String)]
    /// The octets to send.
    package var body: TransferBody
    /// How long the exchange may take, beside the allowance for the body's size.
    package var timeout: Duration
    /// Which addresses may be dialled.
    package var egress: EgressPolicy
    /// A PEM file whose certificates are trusted besides the system's.
    package var caFile: String?

    /// A request of these parts.
    package init(
        token: UInt64, url: String, method: TransferMethod = .post,
        headers: [(name: String, value: String)] = [],
        body: TransferBody, timeout: Duration, egress: EgressPolicy = .publicOnly, caFile: String? = nil
    ) {
        self.token = token
        self.url = url
        self.method = method
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.egress = egress
        self.caFile = caFile
    }
}

/// The method of a request.
package enum TransferMethod: String, Sendable {
    /// Sends the body.
    case post = "POST"
    /// Sends the body.
    case put = "PUT"
    /// Sends no body.
    case get = "GET"
}

/// The octets of a request.
package enum TransferBody: Sendable {
    /// Octets that are in memory: headers and body leave in one system call.
    case memory([UInt8])
    /// Octets made while they are sent.
    case stream(any BodyStream)

    /// How many octets will be sent.
    package var count: Int {
        switch self {
        case .memory(let octets): octets.count
        case .stream(let stream): stream.count
        }
    }
}

/// A body that is made while it is sent.
///
/// Used by one thread at a time: whoever submits it lets go of it, and from then on only the curl thread calls.
/// Every pass gives the same octets.
package protocol BodyStream: AnyObject, Sendable {
    /// How many octets a pass gives, exactly.
    var count: Int { get }

    /// Fills `buffer` with what comes next and returns how many octets that were; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int

    /// Starts again from the first octet.
    func rewind() throws
}
