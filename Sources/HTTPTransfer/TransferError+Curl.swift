import CCurl

extension TransferError {
    /// What `code` means for a transfer that got as far as `progress`.
    init(_ code: CURLcode, progress: TransferProgress) {
        self =
            switch code {
            case CURLE_URL_MALFORMAT: .badURL(.malformed)
            case CURLE_COULDNT_RESOLVE_HOST: .nameNotResolved
            case CURLE_COULDNT_CONNECT: .notConnected(code: progress.systemError)
            case CURLE_OPERATION_TIMEDOUT: progress.timedOut
            case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_INITFAILED: .tlsFailed
            case CURLE_PEER_FAILED_VERIFICATION: .certificateRefused(code: progress.verification)
            case CURLE_SSL_CACERT_BADFILE: .caFileUnreadable(path: progress.caBundle, code: 0)
            case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: .connectionLost
            // The URL's scheme was checked before: this is an answer without a status line, HTTP/0.9.
            case CURLE_UNSUPPORTED_PROTOCOL: .malformedResponse
            case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: .malformedResponse
            case CURLE_HTTP2, CURLE_HTTP2_STREAM: .connectionLost
            case CURLE_SEND_FAIL_REWIND: .bodyUnreadable
            default: .other(code: Int(code.rawValue))
            }
    }
}

/// How far a transfer got, as far as libcurl knows.
struct TransferProgress {
    /// The errno of the last failed connection, or 0.
    var systemError: Int32
    /// OpenSSL's verification result.
    var verification: Int
    /// The bundle of certificates in use.
    var caBundle: String
    /// Whether the name was resolved.
    var isResolved: Bool
    /// Whether a connection stands.
    var isConnected: Bool
    /// Whether TLS stands, or is not wanted.
    var isSecured: Bool
    /// Whether the whole body was sent.
    var isSent: Bool
    /// Whether an octet came back.
    var hasAnswer: Bool

    /// The error for a transfer whose time was up here.
    var timedOut: TransferError {
        if hasAnswer { return .timedOut(.receiving) }
        if isSent { return .timedOut(.waiting) }
        if isSecured { return .timedOut(.sending) }
        if isConnected { return .timedOut(.securing) }
        return isResolved ? .timedOut(.connecting) : .nameLookupTimedOut
    }
}
