import COpenSSL
import Glibc

/// A certificate of our own making, for a first start without one.
///
/// Senders that only want encryption take it.
package enum SelfSignedCertificate {
    /// Days it is valid.
    package static let lifetimeInDays = 3650
    /// Made anew when fewer days are left.
    package static let renewalInDays: Int64 = 30

    /// The certificate kept as `self-signed.crt` and `self-signed.key` in `directory`; made for `hostname`
    /// when it is missing, unusable, about to end, or for another name.
    ///
    /// Its key is P-256 and readable by its owner only.
    package static func source(
        in directory: String, hostname: String
    ) throws(CertificateError) -> CertificateSource {
        let source = CertificateSource.files(
            certificate: "\(directory)/self-signed.crt", key: "\(directory)/self-signed.key")
        guard !isUsable(source, hostname: hostname) else { return source }
        let pair = try makePEM(hostname: hostname)
        try NewFile.write(pair.key, to: source.paths[1], mode: 0o600)
        try NewFile.write(pair.certificate, to: source.paths[0], mode: 0o644)
        return source
    }

    /// Certificate and key as PEM, kept nowhere.
    package static func makePEM(hostname: String) throws(CertificateError) -> (
        certificate: [UInt8], key: [UInt8]
    ) {
        OpenSSLError.clear()
        guard let key = unsafe transom_EVP_P256_generate(), let certificate = unsafe X509_new() else {
            throw .library(reason: OpenSSLError.reason())
        }
        defer {
            unsafe X509_free(certificate)
            unsafe EVP_PKEY_free(key)
        }
        guard unsafe fill(certificate, key: key, hostname: safe(hostname)),
            let certificatePEM = unsafe pem({ unsafe PEM_write_bio_X509($0, certificate) }),
            let keyPEM = unsafe pem({ unsafe PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) })
        else { throw .library(reason: OpenSSLError.reason()) }
        return (certificatePEM, keyPEM)
    }

    private static func isUsable(_ source: CertificateSource, hostname: String) -> Bool {
        guard let certificate = try? LoadedCertificate(source) else { return false }
        let end = certificate.summary.notAfter - renewalInDays * 86_400
        return Int64(time(nil)) < end && certificate.summary.names == [safe(hostname)]
    }

    /// `hostname` without anything that means something in OpenSSL's notation for alternative names.
    private static func safe(_ hostname: String) -> String {
        let isPlain = hostname.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        return isPlain && (1...63).contains(hostname.utf8.count) ? hostname : "localhost"
    }

    private static func fill(_ certificate: OpaquePointer, key: OpaquePointer, hostname: String) -> Bool {
        var serial: UInt64 = 0
        let name = unsafe X509_get_subject_name(certificate)
        return unsafe RAND_bytes(&serial, 8) == 1
            && X509_set_version(certificate, 2) == 1
            && ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) == 1
            && X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) != nil
            && X509_gmtime_adj(X509_getm_notAfter(certificate), lifetimeInDays * 86_400) != nil
            && X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, hostname, -1, -1, 0) == 1
            && X509_set_issuer_name(certificate, name) == 1
            && X509_set_pubkey(certificate, key) == 1
            && add(NID_subject_alt_name, "DNS:\(hostname)", to: certificate)
            && add(NID_basic_constraints, "critical,CA:FALSE", to: certificate)
            && add(NID_ext_key_usage, "serverAuth", to: certificate)
            && X509_sign(certificate, key, EVP_sha256()) > 0
    }

    private static func add(_ identifier: Int32, _ value: String, to certificate: OpaquePointer) -> Bool {
        guard let part = unsafe X509V3_EXT_conf_nid(nil, nil, identifier, value) else { return false }
        defer { unsafe X509_EXTENSION_free(part) }
        return unsafe X509_add_ext(certificate, part, -1) == 1
    }

    private static func pem(_ write: (OpaquePointer) -> Int32) -> [UInt8]? {
        guard let memory = unsafe BIO_new(BIO_s_mem()) else { return nil }
        defer { unsafe BIO_free(memory) }
        guard unsafe write(memory) == 1 else { return nil }
        var octets = [UInt8](repeating: 0, count: unsafe BIO_ctrl_pending(memory))
        let count = unsafe BIO_read(memory, &octets, Int32(clamping: octets.count))
        return Array(octets.prefix(Int(max(0, count))))
    }
}

/// Writing a small file so that it is there whole or not at all.
private enum NewFile {
    /// Replaces `path`: a temporary name beside it, synced, then renamed.
    static func write(_ octets: [UInt8], to path: String, mode: mode_t) throws(CertificateError) {
        let temporary = "\(path).new"
        _ = unsafe unlink(temporary)
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .unwritable(file: path, errno: errno) }
        defer { close(descriptor) }
        var rest = octets[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 || errno == EINTR else { throw .unwritable(file: path, errno: errno) }
            rest = rest.dropFirst(max(0, count))
        }
        guard fsync(descriptor) == 0, unsafe rename(temporary, path) == 0 else {
            throw .unwritable(file: path, errno: errno)
        }
    }
}
