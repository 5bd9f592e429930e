import COpenSSL

/// OpenSSL's error queue, which belongs to the thread.
enum OpenSSLError {
    /// Forgets what went wrong before, so that `reason` speaks of the call that follows.
    static func clear() {
        ERR_clear_error()
    }

    /// What the last failed call says, in words; the queue is empty afterwards.
    static func reason() -> String {
        defer { ERR_clear_error() }
        let code = ERR_peek_last_error()
        guard code != 0 else { return "no reason given" }
        guard let text = unsafe ERR_reason_error_string(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }

    /// Whether the newest error is `reason` of `library`; the queue stays as it is.
    static func isLast(library: Int32, reason: Int32) -> Bool {
        let code = ERR_peek_last_error()
        return ERR_GET_LIB(code) == library && ERR_GET_REASON(code) == reason
    }
}
