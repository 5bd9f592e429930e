import Foundation
import Logging
import SASL
import SMTPServer
import Settings

/// What only root can do, done before the process becomes the account of `user:`: sockets and keys.
///
/// All of it happens in the one thread that the process has then.
package struct RootWork: Sendable {
    /// The listeners' sockets.
    let sockets: EarlySockets
    /// Certificates and users, where a certificate is configured; one that has to be made is made later, in the spool.
    let security: SecuritySetup?

    /// Does it, and becomes the account; `nil` where there is nothing to give up or nobody to become.
    static func done(_ settings: BridgeSettings, logger: Logger) throws -> RootWork? {
        guard let name = settings.user else {
            if Privileges.areHeld {
                logger.warning("runs as root; set `user:` to give privileges up once the sockets are bound")
            }
            return nil
        }
        let account = try Account(name)
        guard Privileges.areHeld else {
            if geteuid() != account.user {
                logger.warning(
                    "not started as root, so `user:` changes nothing", metadata: ["user": "\(name)"])
            }
            return nil
        }
        let work = RootWork(
            sockets: try EarlySockets(
                settings.smtp.listeners.map(ListenerOptions.init), user: account.user, group: account.group),
            security: settings.tls.certificate == nil ? nil : try SecuritySetup(settings, logger: logger))
        try prepareSpool(settings.spool.path, for: account)
        try Privileges.drop(to: account)
        work.security?.sasl?.tryKeytabAgain()
        logger.info("became another user", metadata: ["user": "\(account.name)"])
        return work
    }

    /// Makes the spool's folder for `account`, and gives it an empty one that is root's.
    ///
    /// What is in a spool already is not touched: its files are whose they are.
    private static func prepareSpool(_ path: String, for account: Account) throws(StartFailure) {
        _ = unsafe mkdir(path, 0o700)
        let folder = unsafe open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        // A parent that is missing, and what else is wrong, is told by the spool itself.
        guard folder >= 0 else { return }
        defer { close(folder) }
        var status = stat()
        guard unsafe fstat(folder, &status) == 0, status.st_uid == 0,
            (try? FileManager.default.contentsOfDirectory(atPath: path))?.isEmpty == true
        else { return }
        guard fchown(folder, account.user, account.group) == 0 else {
            throw .notDropped(account: account.name, reason: "\(path): \(systemWords(errno))")
        }
    }
}
