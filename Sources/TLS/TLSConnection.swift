import COpenSSL
import NIOCore

/// One connection as OpenSSL sees it: ciphertext goes in and out through memory buffers, no socket is
/// touched.
///
/// Event-loop-bound.
///
/// `@safe`: the pointers are owned, set once and freed in `deinit`; the two buffers belong to the `SSL`.
@safe
final class TLSConnection {
    /// How far an operation came.
    enum Progress: Equatable {
        /// It is done.
        case done
        /// It goes on when more ciphertext has come.
        case wantsInput
        /// The peer sent close_notify; nothing more will come.
        case closed
        /// It failed for good, for OpenSSL's `reason`.
        case failed(reason: String)
    }

    /// OpenSSL's handle.
    let ssl: OpaquePointer
    private let received: OpaquePointer
    private let produced: OpaquePointer
    private let owner: AnyObject

    /// A server's end.
    convenience init(server generation: ServerGeneration) {
        unsafe self.init(ssl: generation.makeSSL(), owner: generation)
    }

    /// A client's end.
    convenience init(client: TLSClientContext, serverName: String?) {
        unsafe self.init(ssl: client.makeSSL(serverName: serverName), owner: client)
    }

    private init(ssl: OpaquePointer, owner: AnyObject) {
        guard let received = unsafe BIO_new(BIO_s_mem()), let produced = unsafe BIO_new(BIO_s_mem()) else {
            preconditionFailure("out of memory for a TLS connection")
        }
        unsafe self.ssl = unsafe ssl
        unsafe self.received = unsafe received
        unsafe self.produced = unsafe produced
        self.owner = owner
        unsafe SSL_set_bio(ssl, received, produced)
    }

    deinit {
        unsafe SSL_free(ssl)
    }

    /// Takes at most `limit` octets of ciphertext from the front of `ciphertext`.
    func feed(_ ciphertext: inout ByteBuffer, atMost limit: Int) {
        let count = min(limit, ciphertext.readableBytes)
        unsafe ciphertext.readWithUnsafeReadableBytes { octets in
            Int(unsafe BIO_write(received, octets.baseAddress, Int32(clamping: count)))
        }
    }

    /// Takes the handshake as far as it goes.
    func handshake() -> Progress {
        OpenSSLError.clear()
        return progress(after: unsafe SSL_do_handshake(ssl))
    }

    /// Decrypts into `plaintext` whatever whole records have come.
    ///
    /// Never `done`.
    func read(into plaintext: inout ByteBuffer) -> Progress {
        while true {
            OpenSSLError.clear()
            var result: Int32 = 0
            unsafe plaintext.writeWithUnsafeMutableBytes(minimumWritableBytes: max(1, Int(SSL_pending(ssl))))
            { room in
                var count = 0
                result = unsafe SSL_read_ex(ssl, room.baseAddress, room.count, &count)
                return count
            }
            if result != 1 { return progress(after: result) }
        }
    }

    /// Encrypts `plaintext`; the records wait in `takeProduced`.
    func write(_ plaintext: ByteBuffer) -> Progress {
        OpenSSLError.clear()
        let result = unsafe plaintext.withUnsafeReadableBytes { octets -> Int32 in
            guard octets.count > 0 else { return 1 }
            var count = 0
            return unsafe SSL_write_ex(ssl, octets.baseAddress, octets.count, &count)
        }
        return result == 1 ? .done : progress(after: result)
    }

    /// Makes a close_notify; it waits in `takeProduced`.
    func finish() {
        OpenSSLError.clear()
        _ = unsafe SSL_shutdown(ssl)
    }

    /// The ciphertext that has to be sent, if any.
    func takeProduced(_ allocator: ByteBufferAllocator) -> ByteBuffer? {
        let count = unsafe BIO_ctrl_pending(produced)
        guard count > 0 else { return nil }
        var ciphertext = allocator.buffer(capacity: count)
        unsafe ciphertext.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { room in
            max(0, Int(unsafe BIO_read(produced, room.baseAddress, Int32(clamping: count))))
        }
        return ciphertext
    }

    private func progress(after result: Int32) -> Progress {
        if result == 1 { return .done }
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wantsInput
        case SSL_ERROR_ZERO_RETURN: return .closed
        default: return .failed(reason: reason())
        }
    }

    /// OpenSSL's words, and for a certificate that was refused also why.
    private func reason() -> String {
        let text = OpenSSLError.reason()
        let verdict = unsafe SSL_get_verify_result(ssl)
        guard verdict != Int(X509_V_OK), let detail = unsafe X509_verify_cert_error_string(verdict) else {
            return text
        }
        return unsafe "\(text): \(String(cString: detail))"
    }
}
