import COpenSSL

extension TLSConnection {
    /// What both sides agreed on; asked after the handshake.
    func sessionInfo() -> TLSSessionInfo {
        let cipher = unsafe SSL_get_current_cipher(ssl)
        return TLSSessionInfo(
            version: unsafe String(cString: SSL_get_version(ssl)),
            cipher: unsafe String(cString: SSL_CIPHER_get_name(cipher)),
            cipherBits: Int(unsafe SSL_CIPHER_get_bits(cipher, nil)),
            serverName: serverName,
            applicationProtocol: applicationProtocol,
            isResumed: unsafe SSL_session_reused(ssl) == 1,
            exporter: exporter,
            unique: unique,
            clientCertificate: clientCertificate
        )
    }

    /// The name asked for, if a host can be called so: it goes into logs.
    private var serverName: String? {
        guard let text = unsafe SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) else { return nil }
        let name = unsafe String(cString: text)
        let isPlausible =
            name.utf8.count <= 253
            && name.utf8.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                    UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        return isPlausible && !name.isEmpty ? name : nil
    }

    private var applicationProtocol: String? {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(ssl, &name, &count)
        guard count > 0 else { return nil }
        return unsafe String(decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
    }

    /// Whether the master secret depends on the whole handshake, RFC 7627; without that, TLS 1.2's bindings bind nothing.
    private var hasExtendedMasterSecret: Bool {
        unsafe transom_SSL_get_extms_support(ssl) == 1
    }

    private var isTLS13: Bool {
        unsafe SSL_version(ssl) == TLS1_3_VERSION
    }

    /// RFC 9266 §2: 32 octets under a label of its own, with an empty context.
    private var exporter: [UInt8]? {
        guard isTLS13 || hasExtendedMasterSecret else { return nil }
        let label = "EXPORTER-Channel-Binding"
        var material = [UInt8](repeating: 0, count: 32)
        let result = unsafe SSL_export_keying_material(
            ssl, &material, material.count, label, label.utf8.count, [0], 0, 1)
        return result == 1 ? material : nil
    }

    /// The first Finished message of the handshake, RFC 5929 §3.1.
    ///
    /// The client sends it in a full handshake, the server in a resumed one.
    private var unique: [UInt8]? {
        guard !isTLS13, hasExtendedMasterSecret else { return nil }
        let isClient = unsafe SSL_is_server(ssl) == 0
        let isResumed = unsafe SSL_session_reused(ssl) == 1
        var message = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        let count =
            if isClient != isResumed {
                unsafe SSL_get_finished(ssl, &message, message.count)
            } else {
                unsafe SSL_get_peer_finished(ssl, &message, message.count)
            }
        return count > 0 && count <= message.count ? Array(message.prefix(count)) : nil
    }

    private var clientCertificate: ClientCertificate? {
        guard unsafe SSL_is_server(ssl) == 1, unsafe SSL_get_verify_result(ssl) == Int(X509_V_OK),
            let certificate = unsafe SSL_get0_peer_certificate(ssl)
        else { return nil }
        return unsafe ClientCertificate(certificate)
    }
}

extension ClientCertificate {
    /// Reads the identity from `certificate`.
    fileprivate init(_ certificate: OpaquePointer) {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        _ = unsafe X509_digest(certificate, EVP_sha256(), &digest, &count)
        self.init(
            emails: unsafe X509Text.alternativeNames(of: certificate, kind: GEN_EMAIL),
            commonName: unsafe X509Text.commonName(of: certificate),
            subject: unsafe X509Text.subject(of: certificate),
            fingerprint: Array(digest.prefix(Int(count)))
        )
    }
}
