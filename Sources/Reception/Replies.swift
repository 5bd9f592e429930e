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

    /// Why a message was not stored; the sender keeps it and tries again (invariant 9 of the spool).
    init(_ error: SpoolError) {
        self = error.isOutOfSpace ? .spoolFull : .spoolFailed
    }
}
