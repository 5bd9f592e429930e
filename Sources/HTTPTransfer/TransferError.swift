import Glibc

/// Why a transfer has no answer that counts.
///
/// The set is closed: whoever switches over it forgets none.
package enum TransferError: Error, Equatable, Sendable {
    /// The URL cannot be used.
    case badURL(BadURL)
    /// The header called `name` cannot be sent: not a token, a control character in the value, or one of the engine's own.
    case badHeader(name: String)
    /// The PEM file at `path` could not be read; `code` is the errno.
    case caFileUnreadable(path: String, code: Int32)
    /// The name has no address.
    case nameNotResolved
    /// Nobody answered for the name in time.
    case nameLookupTimedOut
    /// The policy refuses `address`, the last one that was tried.
    case addressRefused(String)
    /// No address could be connected; `code` is the errno of the last one, or 0.
    case notConnected(code: Int32)
    /// The TLS handshake failed.
    case tlsFailed
    /// The peer's certificate does not hold; `code` is OpenSSL's verification result.
    case certificateRefused(code: Int)
    /// The time was up in `phase`.
    case timedOut(TimedPhase)
    /// The connection ended before an answer came.
    case connectionLost
    /// The answer broke off after the header of a success with `status`.
    case responseIncomplete(status: Int)
    /// The response header has more than `limit` octets.
    case responseHeaderTooLarge(limit: Int)
    /// What came is not HTTP.
    case malformedResponse
    /// The request's body could not be read.
    case bodyUnreadable
    /// The engine was shut down first, or had no place in time.
    case interrupted
    /// A code of libcurl that has no case here.
    case other(code: Int)

    /// Why a URL cannot be used.
    package enum BadURL: String, Equatable, Sendable {
        /// libcurl's parser does not accept it.
        case malformed = "malformed"
        /// Neither `http` nor `https`.
        case scheme = "scheme"
        /// There is a `#`.
        case fragment = "fragment"
    }

    /// Where a transfer was when its time was up.
    package enum TimedPhase: String, Equatable, Sendable {
        /// Connecting.
        case connecting
        /// In the TLS handshake.
        case securing
        /// Sending the request.
        case sending
        /// Waiting for the first octet of the answer.
        case waiting
        /// Reading the answer.
        case receiving
    }

    /// The word that attempt records, logs and metrics use: kebab-case, from a closed set.
    package var name: String {
        switch self {
        case .badURL: "bad-url"
        case .badHeader: "bad-header"
        case .caFileUnreadable: "ca-file-unreadable"
        case .nameNotResolved: "name-not-resolved"
        case .nameLookupTimedOut: "name-lookup-timeout"
        case .addressRefused: "address-refused"
        case .notConnected: "not-connected"
        case .tlsFailed: "tls-failed"
        case .certificateRefused: "certificate-refused"
        case .timedOut(let phase): "timeout-\(phase.rawValue)"
        case .connectionLost: "connection-lost"
        case .responseIncomplete: "response-incomplete"
        case .responseHeaderTooLarge: "response-header-too-large"
        case .malformedResponse: "malformed-response"
        case .bodyUnreadable: "body-unreadable"
        case .interrupted: "interrupted"
        case .other: "other"
        }
    }
}

extension TransferError: CustomStringConvertible {
    /// One sentence for an operator; no secret, no content.
    package var description: String {
        switch self {
        case .badURL(let reason): "the URL cannot be used (\(reason.rawValue))"
        case .badHeader(let name): "the header \(name) cannot be sent"
        case .caFileUnreadable(let path, let code): "cannot read the CA file \(path): \(Self.words(code))"
        case .nameNotResolved: "the host name has no address"
        case .nameLookupTimedOut: "no name server answered in time"
        case .addressRefused(let address): Self.refusal(of: address)
        case .notConnected(let code): code == 0 ? "cannot connect" : "cannot connect: \(Self.words(code))"
        case .tlsFailed: "the TLS handshake failed; does this port speak TLS?"
        case .certificateRefused(let code): "the certificate does not hold: \(Self.flaw(code))"
        case .timedOut(let phase): "the time was up while \(phase.rawValue)"
        case .connectionLost: "the connection ended without an answer"
        case .responseIncomplete(let status): "the answer \(status) broke off"
        case .responseHeaderTooLarge(let limit): "the response header has more than \(limit) octets"
        case .malformedResponse: "what came is not HTTP"
        case .bodyUnreadable: "the request body could not be read"
        case .interrupted: "stopped before it ended"
        case .other(let code): "libcurl error \(code)"
        }
    }

    private static func refusal(of address: String) -> String {
        NumericAddress(address)?.reach == .forbidden
            ? "the address \(address) is never allowed: link-local, metadata, multicast or none at all"
            : "the address \(address) is private; if it is meant, set allow_private: true"
    }

    /// OpenSSL's verification results that occur, X509_V_ERR_…, in words.
    private static func flaw(_ code: Int) -> String {
        switch code {
        case 9: "it is not valid yet; are the clocks right?"
        case 10: "it has expired"
        case 18, 19: "it is signed by itself or by an authority of its own; name that in ca"
        case 20, 21: "no authority that is trusted has signed it, or a link of its chain is not sent; see ca"
        case 62, 64: "it is for another name than the URL's"
        default: "OpenSSL's verification result is \(code)"
        }
    }

    /// What the system calls the error.
    private static func words(_ code: Int32) -> String {
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "errno \(code)"
    }
}
