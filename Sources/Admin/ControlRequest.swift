/// A request to the API, freed from HTTP: it arrives over `control.sock`, or in memory when no server runs.
package struct ControlRequest: Sendable {
    /// The HTTP method.
    package var method: Method
    /// The path below the host, percent-decoded: `/api/v1/messages`.
    package var path: String
    /// The query's parameters, decoded; of a repeated name the first one counts.
    package var query: [String: String]
    /// The body; empty without one.
    package var body: [UInt8]

    /// A request of these parts.
    package init(_ method: Method, _ path: String, query: [String: String] = [:], body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
    }

    /// The methods the API knows.
    package enum Method: String, Sendable {
        /// Looks.
        case get = "GET"
        /// Changes.
        case post = "POST"
    }
}

/// What the API answers.
package struct ControlResponse: Sendable {
    /// The HTTP status.
    package var status: Int
    /// The content type.
    package var contentType: String
    /// The body.
    package var body: ControlBody

    /// A response of these parts.
    package init(status: Int, contentType: String, body: ControlBody) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}

/// The body of an answer.
package enum ControlBody: Sendable {
    /// All of it.
    case octets([UInt8])
    /// A message, which may be larger than memory should be.
    case message(OutgoingMessage)
}

/// Why a request to the API failed; the caller reads `message`.
package struct ControlError: Error, Equatable, Sendable {
    /// The HTTP status.
    package let status: Int
    /// What was wrong and what to do, in one sentence.
    package let message: String

    /// The request failed with `status` because of `message`.
    package init(status: Int, _ message: String) {
        self.status = status
        self.message = message
    }

    static func badRequest(_ message: String) -> ControlError { ControlError(status: 400, message) }
    static func notFound(_ message: String) -> ControlError { ControlError(status: 404, message) }
    static func conflict(_ message: String) -> ControlError { ControlError(status: 409, message) }
    static func unavailable(_ message: String) -> ControlError { ControlError(status: 503, message) }
}
