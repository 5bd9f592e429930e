import COpenSSL

/// Reads PEM blocks through OpenSSL and says in words what is wrong with them.
enum PEMReader {
    /// Every certificate in `file`, in order; the caller owns them.
    static func certificates(in file: PEMFile) throws(CertificateError) -> [OpaquePointer] {
        let memory = unsafe try memory(over: file)
        defer { unsafe BIO_free(memory) }
        var found: [OpaquePointer] = unsafe []
        OpenSSLError.clear()
        while let certificate = unsafe PEM_read_bio_X509(memory, nil, nil, nil) {
            unsafe found.append(certificate)
        }
        let isAtEnd = OpenSSLError.isLast(library: ERR_LIB_PEM, reason: PEM_R_NO_START_LINE)
        let reason = OpenSSLError.reason()
        guard isAtEnd else {
            let position = unsafe found.count + 1
            unsafe found.forEach { unsafe X509_free($0) }
            throw .damaged(file: file.path, position: position, reason: reason)
        }
        guard unsafe found.isEmpty else { return unsafe found }
        throw file.contains("PRIVATE KEY-----")
            ? .keyInsteadOfCertificate(file: file.path) : .noCertificate(file: file.path)
    }

    /// The first private key in `file`; the caller owns it.
    static func privateKey(in file: PEMFile, passphrase: String?) throws(CertificateError) -> OpaquePointer {
        let memory = unsafe try memory(over: file)
        defer { unsafe BIO_free(memory) }
        OpenSSLError.clear()
        let key: OpaquePointer? =
            if let passphrase {
                // Without a callback OpenSSL takes the last argument for the passphrase itself.
                unsafe passphrase.withCString { text in
                    unsafe PEM_read_bio_PrivateKey(memory, nil, nil, UnsafeMutableRawPointer(mutating: text))
                }
            } else {
                // This callback keeps OpenSSL from asking at the terminal.
                unsafe PEM_read_bio_PrivateKey(memory, nil, { _, _, _, _ in -1 }, nil)
            }
        if let key = unsafe key { return unsafe key }
        throw reasonForNoKey(in: file, hasPassphrase: passphrase != nil)
    }

    private static func reasonForNoKey(in file: PEMFile, hasPassphrase: Bool) -> CertificateError {
        let reason = OpenSSLError.reason()
        if file.contains("ENCRYPTED") {
            return hasPassphrase ? .wrongPassphrase(file: file.path) : .passphraseNeeded(file: file.path)
        }
        if file.contains("PRIVATE KEY-----") { return .damaged(file: file.path, position: 1, reason: reason) }
        if file.contains("BEGIN CERTIFICATE") { return .certificateInsteadOfKey(file: file.path) }
        return .noKey(file: file.path)
    }

    /// A read-only memory buffer that refers to nothing of ours: its octets are copied.
    private static func memory(over file: PEMFile) throws(CertificateError) -> OpaquePointer {
        guard let memory = unsafe BIO_new(BIO_s_mem()) else { throw .library(reason: OpenSSLError.reason()) }
        if !file.octets.isEmpty {
            _ = unsafe BIO_write(memory, file.octets, Int32(clamping: file.octets.count))
        }
        return unsafe memory
    }
}
