import Logging
import SASL
import ServiceLifecycle
import TLS

/// Looks at the files of certificates, users and keytab every few seconds, so that a renewed certificate is in use
/// without a reload.
struct CertificateWatch: Service {
    let control: BridgeController
    let logger: Logger

    /// How often the files are looked at; a look costs a few `stat`s.
    static let interval = Duration.seconds(5)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.interval)
                look(at: await control.security)
            }
        }
    }

    private func look(at security: SecuritySetup) {
        switch security.tls.reloadIfChanged() {
        case .unchanged: break
        case .reloaded(let files):
            logger.info("certificates read again", metadata: ["files": "\(files.joined(separator: " "))"])
            security.tls.warn(logger)
        case .failed(let error):
            logger.warning(
                "certificates unusable, the former ones stay",
                metadata: ["error": "\(FileReader.words(error))"])
        }
        for notice in security.sasl?.refresh() ?? [] { logger.notice("\(FileReader.words(notice))") }
    }
}
