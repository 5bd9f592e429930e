import CCurl

/// libcurl's multi handle.
///
/// `@unchecked Sendable`: the curl thread alone calls everything but `wakeUp`, which libcurl allows on any thread;
/// the handle is freed when the last holder lets go, after the curl thread has ended.
@safe final class MultiHandle: @unchecked Sendable {
    private let multi: UnsafeMutableRawPointer

    /// A handle that keeps `idleConnections` open for reuse; `nil` when memory is short.
    init?(idleConnections: Int) {
        guard CurlLibrary.isReady, let multi = unsafe curl_multi_init() else { return nil }
        unsafe self.multi = multi
        unsafe curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, idleConnections)
    }

    deinit {
        unsafe curl_multi_cleanup(multi)
    }

    /// Starts the transfer of `easy`; false when libcurl refuses it.
    func add(_ easy: EasyHandle) -> Bool {
        unsafe curl_multi_add_handle(multi, easy.handle) == CURLM_OK
    }

    /// Takes `easy` out, wherever its transfer is.
    func remove(_ easy: EasyHandle) {
        unsafe curl_multi_remove_handle(multi, easy.handle)
    }

    /// Does what can be done without waiting; false when the handle is in an unknown state.
    func perform() -> Bool {
        var running: Int32 = 0
        return unsafe curl_multi_perform(multi, &running) == CURLM_OK
    }

    /// The next transfer that ended.
    func nextEnded() -> (easy: EasyHandle, code: CURLcode)? {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let handle = unsafe curl_message_easy(message),
                let easy = unsafe EasyHandle.of(handle)
            else { continue }
            return (easy, unsafe curl_message_result(message))
        }
        return nil
    }

    /// Sleeps until a socket, a time of libcurl's, `wakeUp` or `longest`.
    func sleep(atMost longest: Duration) {
        let milliseconds =
            longest.components.seconds * 1000 + longest.components.attoseconds / 1_000_000_000_000_000
        unsafe curl_multi_poll(multi, nil, 0, Int32(clamping: max(0, milliseconds)), nil)
    }

    /// Ends the sleep, or the next one.
    ///
    /// On any thread.
    func wakeUp() {
        unsafe curl_multi_wakeup(multi)
    }
}
