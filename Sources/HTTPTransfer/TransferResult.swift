/// How a `Transfer` ended.
package struct TransferResult: Sendable {
    /// The transfer's token.
    package var token: UInt64
    /// The answer, or why there is none.
    package var outcome: Outcome
    /// Where the time went.
    package var phases: TransferPhases
    /// The address and port of the peer as text, `[…]` around an IPv6 one; `nil` when nothing was connected.
    package var remoteAddress: String?
    /// Whether a connection of an earlier transfer carried this one.
    package var wasReused: Bool

    /// A result of these parts.
    package init(
        token: UInt64, outcome: Outcome, phases: TransferPhases = TransferPhases(),
        remoteAddress: String? = nil,
        wasReused: Bool = false
    ) {
        self.token = token
        self.outcome = outcome
        self.phases = phases
        self.remoteAddress = remoteAddress
        self.wasReused = wasReused
    }

    /// The answer, or why there is none.
    package enum Outcome: Sendable {
        /// The peer answered.
        case response(TransferResponse)
        /// There is no answer that counts.
        case failed(TransferError)
    }
}

/// What the peer answered.
package struct TransferResponse: Sendable {
    /// The status code, 200 to 999.
    package var status: Int
    /// The header fields of the final response.
    package var headers: HeaderBlock
    /// The first octets of the body, at most `TransferLimits.storedBody`.
    package var bodyPrefix: [UInt8]
    /// Whether the body had more octets than `bodyPrefix`.
    package var isTruncated: Bool

    /// An answer of these parts.
    package init(
        status: Int, headers: HeaderBlock = HeaderBlock(), bodyPrefix: [UInt8] = [], isTruncated: Bool = false
    ) {
        self.status = status
        self.headers = headers
        self.bodyPrefix = bodyPrefix
        self.isTruncated = isTruncated
    }
}

/// Where the time of a transfer went; a phase that did not happen, or that libcurl does not know, is zero.
///
/// libcurl before 8.0 leaves connect and TLS at zero in some failures.
package struct TransferPhases: Equatable, Sendable {
    /// From `submit` until libcurl had it.
    package var queued: Duration = .zero
    /// Resolving the name.
    package var lookup: Duration = .zero
    /// The TCP handshake.
    package var connect: Duration = .zero
    /// The TLS handshake.
    package var tls: Duration = .zero
    /// From the first octet sent to the first octet received.
    package var answer: Duration = .zero
    /// From the first octet received to the last.
    package var receive: Duration = .zero
    /// All that libcurl did, without `queued`.
    package var total: Duration = .zero

    /// No time at all.
    package init() {}
}
