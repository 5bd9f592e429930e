import COpenSSL

/// The client side, for sending test messages and for tests.
///
/// `@safe` and `@unchecked Sendable`: the context is configured in `init`, only read afterwards, and freed in `deinit`.
@safe
package final class TLSClientContext: @unchecked Sendable {
    private let context: OpaquePointer
    private let verifies: Bool
    private let protocols: [UInt8]

    /// A client that trusts the system's authorities and those in the PEM file `ca`; or, with `verifies` false, anybody.
    package init(
        ca: String? = nil, verifies: Bool = true, identity: CertificateSource? = nil,
        protocols: [String] = [],
        newest: TLSVersion = .tls13
    ) throws(CertificateError) {
        OpenSSLError.clear()
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else {
            throw .library(reason: OpenSSLError.reason())
        }
        unsafe self.context = unsafe context
        self.verifies = verifies
        self.protocols = protocols.flatMap { [UInt8(truncatingIfNeeded: $0.utf8.count)] + Array($0.utf8) }
        _ = unsafe transom_SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION)
        _ = unsafe transom_SSL_CTX_set_max_proto_version(context, newest.number)
        if verifies { unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil) }
        if verifies { _ = unsafe SSL_CTX_set_default_verify_paths(context) }
        if let ca { try unsafe Self.trust(PEMFile(path: ca), in: context) }
        if let identity { try unsafe LoadedCertificate(identity).install(in: context) }
    }

    deinit {
        unsafe SSL_CTX_free(context)
    }

    /// A handler for one connection to the host called `serverName`, whose certificate must be for that name.
    package func makeHandler(serverName: String?) -> TLSHandler {
        TLSHandler(TLSConnection(client: self, serverName: serverName))
    }

    /// A new client-side connection.
    ///
    /// The caller owns it.
    func makeSSL(serverName: String?) -> OpaquePointer {
        guard let ssl = unsafe SSL_new(context) else {
            preconditionFailure("out of memory for a TLS connection")
        }
        unsafe SSL_set_connect_state(ssl)
        if let serverName {
            _ = unsafe transom_SSL_set_server_name(ssl, serverName)
            if verifies { _ = unsafe SSL_set1_host(ssl, serverName) }
        }
        if !protocols.isEmpty { _ = unsafe SSL_set_alpn_protos(ssl, protocols, UInt32(protocols.count)) }
        return unsafe ssl
    }

    private static func trust(_ file: PEMFile, in context: OpaquePointer) throws(CertificateError) {
        let store = unsafe SSL_CTX_get_cert_store(context)
        unsafe try PEMReader.certificates(in: file).forEach { authority in
            _ = unsafe X509_STORE_add_cert(store, authority)
            unsafe X509_free(authority)
        }
    }
}

/// A protocol version.
package enum TLSVersion: Sendable {
    /// TLS 1.2, RFC 5246.
    case tls12
    /// TLS 1.3, RFC 8446.
    case tls13

    /// The number on the wire.
    var number: Int32 {
        switch self {
        case .tls12: TLS1_2_VERSION
        case .tls13: TLS1_3_VERSION
        }
    }
}
