package import Mail

/// The replies of the session, in one place. Codes: RFC 5321 §4.2.3; enhanced codes: RFC 3463 and RFC 2034.
extension Reply {
    /// NOOP, RSET.
    static let ok = Reply(250, "2.0.0", "Ok")
    /// MAIL.
    static let senderOk = Reply(250, "2.1.0", "Ok")
    /// RCPT.
    static let recipientOk = Reply(250, "2.1.5", "Ok")
    /// DATA.
    static let startData = Reply(354, nil, "End data with <CR><LF>.<CR><LF>")
    /// QUIT.
    static let bye = Reply(221, "2.0.0", "Bye")
    /// VRFY, whoever is asked for, RFC 5321 §3.5.3, §7.3.
    static let cannotVerify = Reply(252, "2.5.0", "Cannot VRFY user; try RCPT to attempt delivery")
    /// HELP.
    static let help = Reply(
        214, "2.0.0", "EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT; see RFC 5321")
    /// STARTTLS.
    static let readyForTLS = Reply(220, "2.0.0", "Ready to start TLS")
    /// AUTH succeeded.
    static let authenticated = Reply(235, "2.7.0", "Authentication successful")
    /// AUTH failed, for whatever reason.
    static let badCredentials = Reply(535, "5.7.8", "Authentication credentials invalid")
    /// The SASL exchange could not be carried out.
    static let authUnavailable = Reply(454, "4.7.0", "Temporary authentication failure")
    /// `*` from the client, RFC 4954 §4.
    static let authCancelled = Reply(501, "5.0.0", "Authentication cancelled")
    /// Not base64, RFC 4954 §4.
    static let badBase64 = Reply(501, "5.5.2", "Cannot decode base64")
    /// A SASL response over the longest line, RFC 4954 §6.
    static let responseTooLong = Reply(500, "5.5.6", "Authentication exchange line is too long")
    /// A mechanism that is not offered.
    static let unknownMechanism = Reply(504, "5.5.4", "Mechanism not offered")
    /// AUTH where only TLS would make it possible, RFC 4954 §6.
    static let authNeedsTLS = Reply(538, "5.7.11", "Encryption required: issue STARTTLS first")
    /// MAIL without AUTH on a submission listener, RFC 4954 §6.
    static let authRequired = Reply(530, "5.7.0", "Authentication required")
    /// MAIL before STARTTLS on a submission listener, RFC 3207 §4.
    static let tlsRequired = Reply(530, "5.7.0", "Must issue a STARTTLS command first")
    /// A command before EHLO.
    static let helloFirst = Reply(503, "5.5.1", "Send EHLO or HELO first")
    /// A command out of order.
    static let badSequence = Reply(503, "5.5.1", "Bad sequence of commands")
    /// DATA or BDAT without a recipient.
    static let noRecipients = Reply(503, "5.5.1", "No valid recipients")
    /// MAIL inside a transaction.
    static let nestedMail = Reply(503, "5.5.1", "Sender already given")
    /// DATA in a BINARYMIME transaction, RFC 3030 §3.
    static let needsChunks = Reply(503, "5.5.1", "BINARYMIME needs BDAT")
    /// STARTTLS inside TLS.
    static let alreadyTLS = Reply(503, "5.5.1", "TLS is already active")
    /// AUTH twice, RFC 4954 §4.
    static let alreadyAuthenticated = Reply(503, "5.5.1", "Already authenticated")
    /// HELO or EHLO to LMTP, LHLO to SMTP, RFC 2033 §4.1.
    static let wrongGreeting = Reply(500, "5.5.1", "Wrong greeting for this protocol")
    /// One recipient too many, RFC 5321 §4.5.3.1.10.
    static let tooManyRecipients = Reply(452, "4.5.3", "Too many recipients")
    /// SIZE= or the message is over the limit, RFC 1870 §6.
    static let tooLarge = Reply(552, "5.3.4", "Message size exceeds fixed limit")
    /// `bare_newlines: reject`.
    static let bareNewline = Reply(550, "5.6.11", "Bare CR or LF in message")
    /// Over one of the budgets.
    static let tooManyErrors = Reply(421, "4.7.0", "Too many errors, closing")
    /// The peer speaks another protocol, RFC 5321 §7.8.
    static let notSMTP = Reply(554, "5.5.1", "This is an SMTP server, closing")
    /// Plaintext behind STARTTLS, text behind a refused DATA, words before the greeting.
    static let outOfStep = Reply(554, "5.5.1", "Input out of step, closing")
    /// The PROXY header is missing or malformed.
    static let badProxyHeader = Reply(554, "5.5.1", "PROXY header expected, closing")
    /// The peer was silent or slow for too long, RFC 5321 §4.5.3.2.
    package static let timeout = Reply(421, "4.4.2", "Timeout, closing")
    /// We are stopping, RFC 5321 §3.8.
    package static let shuttingDown = Reply(421, "4.3.2", "Service shutting down, closing")
    /// Over a limit on connections.
    package static let tooManyConnections = Reply(421, "4.7.0", "Too many connections, try again later")
    /// Out of memory or descriptors.
    package static let overloaded = Reply(421, "4.3.2", "Overloaded, try again later")
    /// A check that did not come to an end.
    package static let undecided = Reply(451, "4.3.0", "Cannot check this now, try again later")

    /// The message is stored and ours.
    ///
    /// Other programs read this text.
    package static func queued(_ id: MessageID) -> Reply {
        Reply(250, "2.0.0", "Ok: queued as " + id.description)
    }

    /// A chunk that is not the last.
    ///
    /// Other programs read this text.
    static func chunkReceived(_ count: Int) -> Reply {
        Reply(250, "2.0.0", "\(count) octets received")
    }
}
