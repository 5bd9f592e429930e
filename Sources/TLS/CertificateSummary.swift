import COpenSSL
import Glibc

/// What an operator wants to know of a certificate in use.
package struct CertificateSummary: Sendable, Equatable {
    /// Where it came from.
    package var file: String
    /// The subject as RFC 2253 writes it.
    package var subject: String
    /// The DNS names it is valid for.
    package var names: [String]
    /// First second of its life, in Unix time.
    package var notBefore: Int64
    /// Last second of its life, in Unix time.
    package var notAfter: Int64
    /// Whether everybody on the machine may read its key.
    package var keyIsReadableByAll: Bool

    /// How long before its end a certificate is worth a word.
    package static let noticeBeforeEnd: Int64 = 14 * 86_400

    /// What should be looked at, at `now` in Unix seconds; the certificate is used all the same.
    package func warnings(now: Int64) -> [CertificateWarning] {
        var warnings: [CertificateWarning] = []
        if now > notAfter {
            warnings.append(.expired(file: file, days: (now - notAfter) / 86_400))
        } else if now > notAfter - Self.noticeBeforeEnd {
            warnings.append(.expiresSoon(file: file, days: (notAfter - now) / 86_400))
        }
        if now < notBefore { warnings.append(.notYetValid(file: file)) }
        if keyIsReadableByAll { warnings.append(.keyReadableByAll(file: file)) }
        return warnings
    }
}

/// What is worth a look, though TLS works.
package enum CertificateWarning: Sendable, Equatable {
    /// It ended `days` ago; senders that check it refuse.
    case expired(file: String, days: Int64)
    /// It ends in `days`.
    case expiresSoon(file: String, days: Int64)
    /// It begins later: a wrong clock, or a certificate installed too early.
    case notYetValid(file: String)
    /// Everybody on the machine may read its private key.
    case keyReadableByAll(file: String)
}

extension CertificateWarning: CustomStringConvertible {
    /// The warning in one line.
    package var description: String {
        switch self {
        case .expired(let file, let days): "\(file): the certificate expired \(days) days ago; renew it"
        case .expiresSoon(let file, let days): "\(file): the certificate expires in \(days) days; renew it"
        case .notYetValid(let file): "\(file): the certificate is not valid yet; is the clock right?"
        case .keyReadableByAll(let file): "\(file): everybody may read its private key; chmod o-rwx the key"
        }
    }
}

extension CertificateSummary {
    /// Reads the facts from `certificate`.
    init(_ certificate: OpaquePointer, file: String, keyIsReadableByAll: Bool) {
        self.init(
            file: file,
            subject: unsafe X509Text.subject(of: certificate),
            names: unsafe X509Text.alternativeNames(of: certificate, kind: GEN_DNS),
            notBefore: unsafe Self.seconds(X509_get0_notBefore(certificate)),
            notAfter: unsafe Self.seconds(X509_get0_notAfter(certificate)),
            keyIsReadableByAll: keyIsReadableByAll
        )
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
        var parts = unsafe tm()
        guard unsafe ASN1_TIME_to_tm(time, &parts) == 1 else { return 0 }
        return unsafe Int64(timegm(&parts))
    }
}
