/// A request body with its type.
package struct RenderedPayload: Sendable {
    /// The value of `content-type`.
    package let contentType: String
    /// The body's octets, or where they come from.
    package let body: PayloadBody

    /// Octets of the body, exactly: the value of `content-length`.
    package var length: Int { body.length }
}

/// The octets of a request body.
package enum PayloadBody: Sendable {
    /// All of them.
    case memory([UInt8])
    /// Too many for memory; they come piece by piece.
    case stream(PayloadStream)

    /// Octets of the body, exactly.
    package var length: Int {
        switch self {
        case .memory(let octets): octets.count
        case .stream(let stream): stream.length
        }
    }
}
