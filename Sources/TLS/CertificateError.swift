import Glibc

/// Why a certificate, a key or a list of authorities cannot be used.
///
/// The description is for the operator.
package enum CertificateError: Error, Equatable {
    /// The file cannot be read; `errno` says why.
    case unreadable(file: String, errno: Int32)
    /// No certificate is configured at all.
    case noneConfigured
    /// There is no PEM certificate in it.
    case noCertificate(file: String)
    /// There is a private key where the certificate should be.
    case keyInsteadOfCertificate(file: String)
    /// There is no PEM private key in it.
    case noKey(file: String)
    /// There is a certificate where the private key should be.
    case certificateInsteadOfKey(file: String)
    /// The key is encrypted and no passphrase was given.
    case passphraseNeeded(file: String)
    /// The key is encrypted with another passphrase.
    case wrongPassphrase(file: String)
    /// Certificate number `position` (from 1) or the key is damaged.
    case damaged(file: String, position: Int, reason: String)
    /// Both are sound, but not of one pair.
    case keyMismatch(certificate: String, key: String)
    /// OpenSSL refuses it, for instance because the key is too short.
    case refused(file: String, reason: String)
    /// The file cannot be written; `errno` says why.
    case unwritable(file: String, errno: Int32)
    /// OpenSSL itself failed.
    case library(reason: String)
}

extension CertificateError: CustomStringConvertible {
    /// What is wrong with which file, and what helps.
    package var description: String {
        switch self {
        case .unreadable(let file, let errno):
            "\(file): cannot be read: \(systemText(errno))\(hint(errno))"
        case .noneConfigured:
            "no certificate is configured: set tls.certificate and tls.key"
        case .noCertificate(let file):
            "\(file): holds no PEM certificate (a block that begins with -----BEGIN CERTIFICATE-----)"
        case .keyInsteadOfCertificate(let file):
            "\(file): holds a private key but no certificate; are certificate and key interchanged?"
        case .noKey(let file):
            "\(file): holds no PEM private key (a block that begins with -----BEGIN PRIVATE KEY-----)"
        case .certificateInsteadOfKey(let file):
            "\(file): holds a certificate but no private key; are certificate and key interchanged?"
        case .passphraseNeeded(let file):
            "\(file): the private key is encrypted; decrypt it with: openssl pkey -in OLD -out NEW"
        case .wrongPassphrase(let file):
            "\(file): the private key is encrypted with another passphrase"
        case .damaged(let file, let position, let reason):
            "\(file): PEM block \(position) is damaged: \(reason)"
        case .keyMismatch(let certificate, let key):
            "\(key): is not the private key of the first certificate in \(certificate); "
                + "use the pair that was issued together, the server's own certificate first"
        case .refused(let file, let reason):
            "\(file): OpenSSL refuses it: \(reason)"
        case .unwritable(let file, let errno):
            "\(file): cannot be written: \(systemText(errno))\(hint(errno))"
        case .library(let reason):
            "OpenSSL failed: \(reason)"
        }
    }

    private func systemText(_ code: Int32) -> String {
        unsafe String(cString: strerror(code))
    }

    private func hint(_ code: Int32) -> String {
        switch code {
        case ENOENT: "; check the path"
        default: ""
        }
    }
}
