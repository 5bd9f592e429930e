import CCurl
import Glibc

/// One easy handle of libcurl, with the transfer it carries at the time.
///
/// Bound to the curl thread.
///
/// `@safe`: `handle` is made in `init`, freed in `deinit` and never leaves the object but to the multi handle, from
/// which `TransferLoop` removes it first. The callbacks' context is the object itself, unretained: libcurl calls
/// them only while the handle is in the multi, and then `TransferLoop` holds the object.
@safe final class EasyHandle {
    /// libcurl's handle.
    let handle: UnsafeMutableRawPointer
    /// Where it stands in the loop's list of active handles.
    var position = 0
    /// The transfer in hand; `nil` on the free list.
    private(set) var transfer: Transfer?
    /// The name whose lookup the others wait for; `nil` when this transfer makes none.
    var lookupName: String?
    /// When the transfer was submitted.
    private(set) var submittedAt = ContinuousClock.now
    /// When libcurl got it.
    private(set) var startedAt = ContinuousClock.now
    /// Whether the name is resolved or was not needed.
    var isPastLookup = false
    /// Whether this is the second try, on a fresh connection.
    private(set) var isSecondTry = false

    /// The response as far as it came.
    var response: ResponseCollector
    /// The last address that the policy refused.
    var refusedAddress: NumericAddress?
    /// Whether a standing connection was refused.
    var wasRefusedAtReuse = false
    /// Whether the body could not be read.
    var isBodyUnreadable = false
    /// The request's fields, which libcurl does not copy.
    var headers: UnsafeMutablePointer<curl_slist>?
    /// What the handle was last set to, so that only what differs is set again.
    private var caBundle: String?
    private var url: String?
    /// The options of the last body.
    var bodyOptions: BodyOptions?
    /// The times of the last transfer.
    var timeOptions: TimeOptions?
    /// The engine's limits.
    let limits: TransferLimits

    /// A handle with everything set that is the same for all transfers; `nil` when memory is short.
    init?(limits: TransferLimits) {
        guard let handle = unsafe curl_easy_init() else { return nil }
        unsafe self.handle = handle
        self.limits = limits
        response = ResponseCollector(limits: limits)
        setConstants()
        setCallbacks()
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe curl_slist_free_all(headers)
    }

    /// The object behind libcurl's handle.
    static func of(_ handle: UnsafeMutableRawPointer) -> EasyHandle? {
        unsafe object(curl_easy_get_private(handle))
    }

    /// The object behind a callback's context.
    static func object(_ context: UnsafeMutableRawPointer?) -> EasyHandle? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
    }

    /// Sets the handle up for `transfer`.
    func begin(_ transfer: Transfer, submittedAt: ContinuousClock.Instant, caBundle: String)
        throws(TransferError)
    {
        try setHeaders(transfer.headers)
        self.transfer = transfer
        self.submittedAt = submittedAt
        startedAt = .now
        if isSecondTry { set(CURLOPT_FRESH_CONNECT, 0) }
        isSecondTry = false
        clearTry()
        if url != transfer.url { set(CURLOPT_URL, transfer.url) }
        url = transfer.url
        if self.caBundle != caBundle { set(CURLOPT_CAINFO, caBundle) }
        self.caBundle = caBundle
        setBody(of: transfer)
        setTimes(of: transfer)
    }

    /// Sets the handle up for the same transfer once more, on a fresh connection; false when the body cannot be rewound.
    func beginAgain() -> Bool {
        isSecondTry = true
        clearTry()
        set(CURLOPT_FRESH_CONNECT, 1)
        return rewind()
    }

    /// Whether a transfer that ended with `code` deserves one more try at once: a reused connection was dead, or
    /// was made when other rules held, and not an octet came back.
    func deservesSecondTry(_ code: CURLcode) -> Bool {
        guard !isSecondTry, !response.hasBegun else { return false }
        if wasRefusedAtReuse { return true }
        let isDead = code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING
        return isDead && wasReused
    }

    /// The result of the transfer, and the handle is free again.
    func end(_ code: CURLcode) -> TransferResult {
        end(outcome(of: code))
    }

    /// The result of a transfer that libcurl did not end.
    func end(_ outcome: TransferResult.Outcome) -> TransferResult {
        let result = TransferResult(
            token: transfer?.token ?? 0, outcome: outcome, phases: phases, remoteAddress: remoteAddress,
            wasReused: wasReused)
        transfer = nil
        // Gives the copy of the body back.
        set(CURLOPT_POSTFIELDS, nil)
        return result
    }

    private func clearTry() {
        response.reset()
        refusedAddress = nil
        wasRefusedAtReuse = false
        isBodyUnreadable = false
        isPastLookup = false
    }

    private func outcome(of code: CURLcode) -> TransferResult.Outcome {
        let status = unsafe curl_easy_get_long(handle, CURLINFO_RESPONSE_CODE)
        switch response.overflow {
        case .body: return .response(response.response(status: status))
        case .header: return .failed(.responseHeaderTooLarge(limit: limits.responseHeader))
        case nil: break
        }
        if code == CURLE_OK {
            return status >= 200 ? .response(response.response(status: status)) : .failed(.malformedResponse)
        }
        if let refusedAddress { return .failed(.addressRefused(refusedAddress.description)) }
        if isBodyUnreadable { return .failed(.bodyUnreadable) }
        guard response.hasBegun, status >= 200 else {
            return .failed(TransferError(code, progress: progress))
        }
        // An answer that breaks off counts only where it refuses: taking half a 200 for a whole one could lose mail.
        guard status < 300 else { return .response(response.response(status: status)) }
        let error = TransferError(code, progress: progress)
        return .failed(error == .connectionLost ? .responseIncomplete(status: status) : error)
    }

    private var progress: TransferProgress {
        let isEncrypted = transfer?.url.lowercased().hasPrefix("https") ?? false
        let isConnected = number(CURLINFO_CONNECT_TIME_T) > 0 || wasReused
        return TransferProgress(
            systemError: Int32(unsafe curl_easy_get_long(handle, CURLINFO_OS_ERRNO)),
            verification: unsafe curl_easy_get_long(handle, CURLINFO_SSL_VERIFYRESULT),
            caBundle: caBundle ?? "",
            isResolved: isPastLookup || number(CURLINFO_NAMELOOKUP_TIME_T) > 0, isConnected: isConnected,
            isSecured: isConnected && (!isEncrypted || wasReused || number(CURLINFO_APPCONNECT_TIME_T) > 0),
            isSent: isConnected && number(CURLINFO_PRETRANSFER_TIME_T) > 0
                && number(CURLINFO_SIZE_UPLOAD_T) >= transfer?.body.count ?? 0,
            hasAnswer: response.hasBegun)
    }

    private var wasReused: Bool {
        unsafe curl_easy_get_long(handle, CURLINFO_NUM_CONNECTS) == 0
            && number(CURLINFO_PRETRANSFER_TIME_T) > 0
    }

    private var remoteAddress: String? {
        guard let text = unsafe curl_easy_get_text(handle, CURLINFO_PRIMARY_IP), unsafe text.pointee != 0
        else {
            return nil
        }
        let address = unsafe String(cString: text)
        let port = unsafe curl_easy_get_long(handle, CURLINFO_PRIMARY_PORT)
        return address.utf8.contains(UInt8(ascii: ":")) ? "[\(address)]:\(port)" : "\(address):\(port)"
    }

    private var phases: TransferPhases {
        let lookup = number(CURLINFO_NAMELOOKUP_TIME_T), connect = number(CURLINFO_CONNECT_TIME_T)
        let tls = number(CURLINFO_APPCONNECT_TIME_T), sent = number(CURLINFO_PRETRANSFER_TIME_T)
        let first = number(CURLINFO_STARTTRANSFER_TIME_T), total = number(CURLINFO_TOTAL_TIME_T)
        var phases = TransferPhases()
        phases.queued = startedAt - submittedAt
        phases.lookup = .microseconds(lookup)
        phases.connect = .microseconds(connect > lookup ? connect - lookup : 0)
        phases.tls = .microseconds(tls > connect ? tls - connect : 0)
        phases.answer = .microseconds(first > sent ? first - sent : 0)
        phases.receive = .microseconds(first > 0 && total > first ? total - first : 0)
        phases.total = .microseconds(total)
        return phases
    }

    /// A time in microseconds, or a count of octets.
    private func number(_ info: CURLINFO) -> Int {
        unsafe curl_easy_get_offset(handle, info)
    }
}
