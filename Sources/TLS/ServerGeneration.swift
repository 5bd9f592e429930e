import COpenSSL

/// One set of certificates in use: an `SSL_CTX` each.
///
/// Connections keep the generation they began with, so a reload disturbs none. Its ticket keys die with it.
///
/// `@safe` and `@unchecked Sendable`: the contexts are configured in `init`, only read afterwards (OpenSSL locks what
/// it changes in them itself), and freed in `deinit`; every connection holds the generation that its callbacks point to.
@safe
final class ServerGeneration: @unchecked Sendable {
    /// The certificates, the default first.
    let certificates: [LoadedCertificate]
    private var contexts = unsafe [OpaquePointer]()
    private let protocols: [[UInt8]]

    /// Cipher suites of TLS 1.2 in Mozilla's *intermediate* configuration, in the server's order of preference.
    static let ciphers = """
        ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:\
        ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:\
        DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305
        """
    /// Cipher suites of TLS 1.3.
    static let suites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    /// Groups for the key exchange; OpenSSL's own list is longer than testers like.
    static let groups = "X25519:P-256:P-384"

    /// Contexts for `certificates`; `authorities` are the PEM file of those who may sign clients' certificates.
    init(
        certificates: [LoadedCertificate], authorities: PEMFile?, options: TLSOptions
    ) throws(CertificateError) {
        self.certificates = certificates
        protocols = options.protocols.map { Array($0.utf8) }
        for certificate in certificates {
            let context = unsafe try makeContext()
            unsafe contexts.append(context)
            try unsafe certificate.install(in: context)
            for sibling in siblings(of: certificate) { try unsafe sibling.install(in: context) }
            if let authorities {
                try unsafe askForCertificates(authorities, options.clientCertificates, in: context)
            }
        }
    }

    deinit {
        unsafe contexts.forEach { unsafe SSL_CTX_free($0) }
    }

    /// A new server-side connection.
    ///
    /// The caller owns it and keeps `self` as long.
    func makeSSL() -> OpaquePointer {
        guard let ssl = unsafe SSL_new(contexts[0]) else {
            preconditionFailure("out of memory for a TLS connection")
        }
        unsafe SSL_set_accept_state(ssl)
        return unsafe ssl
    }

    /// Certificates for the same names with another kind of key, so that one name may have both RSA and ECDSA.
    private func siblings(of certificate: LoadedCertificate) -> [LoadedCertificate] {
        certificates.filter {
            $0.keyKind != certificate.keyKind && $0.summary.names == certificate.summary.names
        }
    }

    private func makeContext() throws(CertificateError) -> OpaquePointer {
        OpenSSLError.clear()
        guard let context = unsafe SSL_CTX_new(TLS_server_method()) else {
            throw .library(reason: OpenSSLError.reason())
        }
        unsafe transom_SSL_CTX_set_server_options(context)
        _ = unsafe transom_SSL_CTX_set_mode(context, Int(SSL_MODE_RELEASE_BUFFERS))
        // Sessions are resumed by tickets, which cost no memory here.
        _ = unsafe transom_SSL_CTX_set_session_cache_mode(context, Int(SSL_SESS_CACHE_OFF))
        let isSet =
            unsafe transom_SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1
            && SSL_CTX_set_cipher_list(context, Self.ciphers) == 1
            && SSL_CTX_set_ciphersuites(context, Self.suites) == 1
            && transom_SSL_CTX_set1_groups_list(context, Self.groups) == 1
            && transom_SSL_CTX_set_dh_auto(context) == 1
            && SSL_CTX_set_session_id_context(context, "transom", 7) == 1
            // Mail clients come one connection after another: a second ticket would be work for nothing.
            && SSL_CTX_set_num_tickets(context, 1) == 1
        guard isSet else {
            unsafe SSL_CTX_free(context)
            throw .library(reason: OpenSSLError.reason())
        }
        unsafe installCallbacks(in: context)
        return unsafe context
    }

    private func askForCertificates(
        _ file: PEMFile, _ mode: ClientCertificates, in context: OpaquePointer
    ) throws(CertificateError) {
        let authorities = unsafe try PEMReader.certificates(in: file)
        let store = unsafe SSL_CTX_get_cert_store(context)
        unsafe authorities.forEach { authority in
            _ = unsafe X509_STORE_add_cert(store, authority)
            _ = unsafe SSL_CTX_add_client_CA(context, authority)
            unsafe X509_free(authority)
        }
        switch mode {
        case .none:
            break
        case .required:
            unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        case .optional:
            // A certificate we do not know must not cost the mail: the handshake goes on, and the result is asked later.
            unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER) { _, _ in 1 }
        }
    }
}

extension ServerGeneration {
    private func installCallbacks(in context: OpaquePointer) {
        let this = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe transom_SSL_CTX_set_servername(
            context,
            { ssl, _, argument in unsafe ServerGeneration.from(argument).chooseCertificate(for: ssl) },
            this)
        unsafe SSL_CTX_set_alpn_select_cb(
            context,
            { _, chosen, count, offered, length, argument in
                unsafe ServerGeneration.from(argument).chooseProtocol(offered, length, chosen, count)
            },
            this)
    }

    private static func from(_ argument: UnsafeMutableRawPointer?) -> ServerGeneration {
        guard let argument = unsafe argument else {
            preconditionFailure("OpenSSL lost the argument of a callback")
        }
        return unsafe Unmanaged<ServerGeneration>.fromOpaque(argument).takeUnretainedValue()
    }

    /// Takes the first certificate that is valid for the name asked for; the default one if none is.
    private func chooseCertificate(for ssl: OpaquePointer?) -> Int32 {
        guard let name = unsafe SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name),
            let index = certificates.firstIndex(where: { unsafe $0.covers(name) })
        else { return SSL_TLSEXT_ERR_NOACK }
        _ = unsafe SSL_set_SSL_CTX(ssl, contexts[index])
        return SSL_TLSEXT_ERR_OK
    }

    /// Takes the first of our protocols that the client offers, else refuses with no_application_protocol, RFC 7301 §3.2:
    /// a browser lured to this port must not get a session (the ALPACA attack).
    private func chooseProtocol(
        _ offered: UnsafePointer<UInt8>?, _ length: UInt32,
        _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ count: UnsafeMutablePointer<UInt8>?
    ) -> Int32 {
        let list = unsafe UnsafeBufferPointer(start: offered, count: Int(length))
        for name in protocols {
            var start = 0
            while start < list.count {
                let end = unsafe start + 1 + Int(list[start])
                guard end <= list.count else { break }
                if unsafe list[(start + 1)..<end].elementsEqual(name) {
                    unsafe chosen?.pointee = list.baseAddress.map { unsafe $0 + start + 1 }
                    unsafe count?.pointee = list[start]
                    return SSL_TLSEXT_ERR_OK
                }
                start = end
            }
        }
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }
}
