import CCurl

extension EasyHandle {
    /// What is the same for all transfers.
    func setConstants() {
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_REDIR_PROTOCOLS_STR, "https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PROXY, "")
        set(CURLOPT_HTTP_VERSION, CurlLibrary.httpVersion(for: CurlLibrary.version))
        set(CURLOPT_PIPEWAIT, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_MAXAGE_CONN, 30)
        set(CURLOPT_MAXLIFETIME_CONN, 300)
        set(CURLOPT_BUFFERSIZE, 16 * 1024)
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        set(CURLOPT_CAPATH, nil)  // Debian's default path would switch the cache of certificates off
        set(CURLOPT_CA_CACHE_TIMEOUT, 86_400)
        set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(limits.connect))
    }

    /// What the times of a transfer follow from.
    struct TimeOptions: Equatable {
        let timeout: Duration
        let allowance: Int
    }

    /// How long the transfer may take.
    func setTimes(of transfer: Transfer) {
        let options = TimeOptions(
            timeout: transfer.timeout, allowance: transfer.body.count / limits.slowestUpload)
        guard options != timeOptions else { return }
        timeOptions = options
        set(CURLOPT_TIMEOUT_MS, milliseconds(options.timeout + .seconds(options.allowance)))
        // The low-speed rule also counts the silence of a receiver that thinks, so it is not stricter than `timeout`.
        set(CURLOPT_LOW_SPEED_LIMIT, 1024)
        set(CURLOPT_LOW_SPEED_TIME, max(1, (milliseconds(options.timeout) + 999) / 1000))
    }

    /// What the options about the body follow from, its octets and their number apart.
    struct BodyOptions: Equatable {
        let method: TransferMethod
        let isLarge: Bool
    }

    /// The method and the octets.
    func setBody(of transfer: Transfer) {
        let count = transfer.body.count
        let options = BodyOptions(method: transfer.method, isLarge: count > 1 << 20)
        // `end` takes the body away, by which libcurl believes in POST again.
        if options != bodyOptions || transfer.method == .get { set(options) }
        bodyOptions = options
        guard transfer.method != .get else { return }
        unsafe curl_easy_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, count)
        switch transfer.body {
        case .memory(let octets):
            // An empty array may have no address, and NULL would mean the read callback.
            let sent = octets.isEmpty ? [0] : octets
            unsafe sent.withUnsafeBytes { _ = unsafe curl_easy_set_copied_body(handle, $0.baseAddress) }
        case .stream:
            set(CURLOPT_POSTFIELDS, nil)
        }
    }

    private func set(_ options: BodyOptions) {
        set(CURLOPT_UPLOAD_BUFFERSIZE, options.isLarge ? 512 * 1024 : 64 * 1024)
        set(options.method == .get ? CURLOPT_HTTPGET : CURLOPT_POST, 1)
        set(CURLOPT_CUSTOMREQUEST, options.method == .put ? "PUT" : nil)
    }

    /// The request's fields.
    func setHeaders(_ fields: [(name: String, value: String)]) throws(TransferError) {
        unsafe curl_easy_set_headers(handle, nil)
        unsafe curl_slist_free_all(headers)
        unsafe headers = nil
        for (name, value) in fields {
            guard RequestHeader.isSendable(name: name, value: value) else { throw .badHeader(name: name) }
            // libcurl's own notation: a name and a colon alone would take the field out.
            append(value.isEmpty ? name + ";" : name + ": " + value)
        }
        // Without this a body over 1 MiB would wait a second for "100 Continue".
        append("Expect:")
        unsafe curl_easy_set_headers(handle, headers)
    }

    private func append(_ line: String) {
        guard let list = unsafe curl_slist_append(headers, line) else { return }
        unsafe headers = list
    }

    /// Sets an option that is a number.
    func set(_ option: CURLoption, _ value: Int) {
        let code = unsafe curl_easy_set_long(handle, option, value)
        assert(code == CURLE_OK, "libcurl refuses option \(option.rawValue)")
    }

    /// Sets or unsets an option that is a text.
    func set(_ option: CURLoption, _ text: String?) {
        let code = unsafe curl_easy_set_text(handle, option, text)
        assert(code == CURLE_OK, "libcurl refuses option \(option.rawValue)")
    }

    private func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
