import COpenSSL

/// A certificate chain with its private key, checked to belong together.
///
/// `@safe` and `@unchecked Sendable`: the pointers are set once, owned, and freed in `deinit`; OpenSSL counts references
/// to these objects and nothing here changes them after loading.
@safe
final class LoadedCertificate: @unchecked Sendable {
    /// The server's own certificate.
    let leaf: OpaquePointer
    /// What leads from it towards an authority.
    let intermediates: [OpaquePointer]
    /// The private key of `leaf`.
    let key: OpaquePointer
    /// What an operator wants to know of it.
    let summary: CertificateSummary

    /// Reads and checks both halves of `source`.
    init(_ source: CertificateSource) throws(CertificateError) {
        let (certificateFile, keyFile, passphrase) = try source.read()
        let chain = unsafe try PEMReader.certificates(in: certificateFile)
        let leaf = unsafe chain[0]
        unsafe self.leaf = unsafe leaf
        unsafe intermediates = unsafe Array(chain.dropFirst())
        do throws(CertificateError) {
            unsafe key = try PEMReader.privateKey(in: keyFile, passphrase: passphrase)
        } catch {
            unsafe chain.forEach { unsafe X509_free($0) }
            throw error
        }
        summary = unsafe CertificateSummary(
            leaf, file: certificateFile.path, keyIsReadableByAll: keyFile.isReadableByAll)
        OpenSSLError.clear()
        guard unsafe X509_check_private_key(leaf, key) == 1 else {
            OpenSSLError.clear()
            throw .keyMismatch(certificate: certificateFile.path, key: keyFile.path)
        }
    }

    deinit {
        unsafe X509_free(leaf)
        unsafe intermediates.forEach { unsafe X509_free($0) }
        unsafe EVP_PKEY_free(key)
    }

    /// The kind of key, by OpenSSL's number.
    var keyKind: Int32 {
        unsafe EVP_PKEY_get_base_id(key)
    }

    /// Makes `context` use it, beside certificates for other kinds of key.
    func install(in context: OpaquePointer) throws(CertificateError) {
        let chain = unsafe transom_X509_stack_new()
        defer { unsafe transom_X509_stack_free(chain) }
        unsafe intermediates.forEach { _ = unsafe transom_X509_stack_push(chain, $0) }
        OpenSSLError.clear()
        guard unsafe SSL_CTX_use_cert_and_key(context, leaf, key, chain, 1) == 1 else {
            throw .refused(file: summary.file, reason: OpenSSLError.reason())
        }
    }

    /// Whether it is valid for the host called `name`; wildcards count, RFC 6125 §6.4.
    func covers(_ name: UnsafePointer<CChar>) -> Bool {
        unsafe X509_check_host(leaf, name, 0, 0, nil) == 1
    }
}

extension CertificateSource {
    /// Files that have to be watched.
    var paths: [String] {
        switch self {
        case .files(let certificate, let key, _): [certificate, key]
        case .pem: []
        }
    }

    /// Both halves and the passphrase.
    fileprivate func read() throws(CertificateError) -> (
        certificate: PEMFile, key: PEMFile, passphrase: String?
    ) {
        switch self {
        case .files(let certificate, let key, let passphrase):
            (try PEMFile(path: certificate), try PEMFile(path: key), passphrase)
        case .pem(let certificate, let key):
            (PEMFile(name: "<certificate>", octets: certificate), PEMFile(name: "<key>", octets: key), nil)
        }
    }
}
