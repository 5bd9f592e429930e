import Mail
import SMTP
import Spool

extension Reply {
    /// The spool is below its floor of free space, or the disk is full.
    ///
    /// RFC 3463 §3.4.
    static let spoolFull = Reply(452, "4.3.1", "Insufficient storage, try again later")
    /// The spool could not store the message.
    static let spoolFailed = Reply(451, "4.3.0", "Cannot store the message now, try again later")
    /// No rule takes the recipient.
    static let noSuchMailbox = Reply(550, "5.1.1", "No such recipient here")
    /// The user may not send as this reverse-path.
    ///
    /// RFC 6409 §6.1.
    static let notYourAddress = Reply(553, "5.7.1", "You may not send as this address")
    /// The message has been through too many servers, or through this one.
    ///
    /// RFC 5321 §6.3.
    static let loop = Reply(554, "5.4.6", "Routing loop detected: too many Received fields")

    /// A blocklist names the client; `reason` is what it says about it.
    ///
    /// RFC 5782 §2.1; code and status as RFC 3463 §3.8 has them.
    static func blocked(_ client: IPAddress, by zone: String, reason: String?) -> Reply {
        let why = reason.map { "; \($0.unicodeScalars.prefix(reasonLimit).map(String.init).joined())" } ?? ""
        return Reply(554, "5.7.1", "Client [\(client)] blocked using \(zone)\(why)")
    }

    /// Most characters of a blocklist's text that are passed on.
    private static let reasonLimit = 200

    /// A stranger has to come again.
    ///
    /// RFC 6647 §5.
    static func greylisted(for rest: Duration) -> Reply {
        Reply(451, "4.7.1", "Greylisted, try again in \(max(1, (rest.milliseconds + 999) / 1000)) seconds")
    }

    /// Why a message was not stored; the sender keeps it and tries again (invariant 9 of the spool).
    init(_ error: SpoolError) {
        self = error.isOutOfSpace ? .spoolFull : .spoolFailed
    }
}
