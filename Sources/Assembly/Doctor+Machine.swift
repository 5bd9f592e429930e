import Console
import Foundation
import Mail
import Settings
import Spool
import TLS

extension Doctor {
    /// Whether the spool can be written and has room.
    func disk(_ settings: BridgeSettings) -> DoctorsLook {
        let path = settings.spool.path
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let files = FileManager.default
        let folder = files.fileExists(atPath: path) ? path : parent
        guard files.fileExists(atPath: folder) else {
            return DoctorsLook(.fix, "spool", "\(folder) does not exist; make it, or set spool.path")
        }
        guard files.isWritableFile(atPath: folder) else {
            return DoctorsLook(
                .note, "spool", "\(folder) cannot be written by this user; ask as the one that runs Transom")
        }
        let room = (try? files.attributesOfFileSystem(forPath: folder)[.systemFreeSize] as? NSNumber)?
            .int64Value
        guard let room, room >= settings.spool.minFree.bytes else {
            return DoctorsLook(
                .fix, "spool",
                "\(folder) has \((room ?? 0) >> 20) MiB free and mail is refused below spool.min_free: make room"
            )
        }
        return DoctorsLook(.fine, "spool", "\(path), \(room >> 20) MiB free")
    }

    /// Whether the certificate is good, and for our name.
    func certificate(_ settings: BridgeSettings) -> DoctorsLook {
        let (tls, hostname) = (settings.tls, settings.smtp.hostname)
        guard let certificate = tls.certificate, let key = tls.key else {
            return DoctorsLook(
                .note, "certificate",
                "none is configured, so one signed by itself is shown: enough for mail between servers, not for users; set tls.certificate and tls.key"
            )
        }
        let summary: CertificateSummary?
        do {
            let source = CertificateSource.files(certificate: certificate, key: key)
            summary = try TLSContext(TLSOptions(certificates: [source])).certificates.first
        } catch {
            return DoctorsLook(.fix, "certificate", FileReader.words(error))
        }
        guard let summary else { return DoctorsLook(.fix, "certificate", "\(certificate) holds none") }
        if let warning = summary.warnings(now: WallClock.now().seconds).first {
            return DoctorsLook(.fix, "certificate", "\(warning)")
        }
        guard summary.covers(hostname) else {
            return DoctorsLook(
                .fix, "certificate",
                "\(certificate) is for \(summary.names.joined(separator: ", ")), not for smtp.hostname \(hostname)"
            )
        }
        let days = (summary.notAfter - WallClock.now().seconds) / 86_400
        return DoctorsLook(.fine, "certificate", "\(hostname), \(days) days left")
    }

    /// Whether each listener answers as it should; only those on TCP are asked.
    func listeners(_ settings: BridgeSettings) -> [DoctorsLook] {
        settings.smtp.listeners.compactMap { listener in
            guard case .ip(let address, let port) = listener.address else { return nil }
            let isEverywhere = ["::", "0.0.0.0"].contains("\(address)")
            let host = isEverywhere ? "127.0.0.1" : "\(address)"
            let subject = "listener \(listener.name), port \(port)"
            if listener.mode == .submissions {
                return ListenerProbe.answers(host, port: port)
                    ? DoctorsLook(.fine, subject, "answers") : Self.silent(subject)
            }
            guard listener.proxyFrom.isEmpty else {
                return DoctorsLook(.note, subject, "not asked: it expects a PROXY header")
            }
            switch ListenerProbe.ask(host, port: port) {
            case .silent: return Self.silent(subject)
            case .stranger(let words): return DoctorsLook(.fix, subject, words)
            case .server(offersStartTLS: false) where listener.mode != .lmtp:
                return DoctorsLook(.fix, subject, "answers without STARTTLS: another program has the port")
            case .server: return DoctorsLook(.fine, subject, "answers")
            }
        }
    }

    private static func silent(_ subject: String) -> DoctorsLook {
        DoctorsLook(.note, subject, "nobody answers; is the bridge running?")
    }
}

extension CertificateSummary {
    /// Whether it names `hostname`, or all names beside it.
    ///
    /// RFC 6125 §6.4.
    fileprivate func covers(_ hostname: String) -> Bool {
        let parent = hostname.drop { $0 != "." }
        return names.contains { $0.lowercased() == hostname || $0.lowercased() == "*\(parent)" }
    }
}
