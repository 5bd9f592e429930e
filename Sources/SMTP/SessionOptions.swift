package import Mail

/// How a session behaves; what the operator configured, and what the listener is.
package struct SessionOptions: Sendable {
    /// Our own name: greeting, EHLO, trace.
    ///
    /// `smtp.hostname`.
    package var hostname: String
    /// What `<Postmaster>` without a domain stands for.
    ///
    /// `smtp.postmaster`.
    package var postmaster: EmailAddress
    /// The largest message, counted as received after un-stuffing; exactly this many octets are accepted.
    package var messageSize = ByteCount.mebibytes(50)
    /// How much of a message or chunk that is already refused is read in search of its end; then the session ends.
    package var discarded = ByteCount.mebibytes(100)
    /// How many accepted RCPT a transaction may have; the next one gets 452.
    package var recipients = 100
    /// How many errors a session may make; the last one gets 421.
    package var errors = 20
    /// How many refused recipients a session may name; the last one gets 421.
    package var refusedRecipients = 50
    /// How many times AUTH may fail in a session; the last one gets 421.
    package var authFailures = 10
    /// How many commands that do no work (NOOP, RSET, VRFY, HELP, greetings) may lie between two messages.
    package var idleCommands = 200
    /// How long a reply is held back once half of a budget is spent, and after each failed AUTH.
    package var errorDelay = Duration.seconds(1)
    /// Whether a bare CR or LF in a message refuses it after its true end.
    ///
    /// `bare_newlines: reject`.
    package var rejectsBareNewlines = false
    /// Whether STARTTLS is offered in plaintext.
    package var offersStartTLS = false
    /// Whether TLS comes before the greeting.
    package var beginsWithTLS = false
    /// Whether REQUIRETLS is offered inside TLS, RFC 8689 §4.1.
    package var offersRequireTLS = false
    /// Whether the peer is entitled to XCLIENT.
    package var acceptsXClient = false
    /// Whether the connection begins with a PROXY header.
    package var expectsProxyHeader = false

    /// The defaults of a host of this name.
    package init(hostname: String, postmaster: EmailAddress) {
        self.hostname = hostname
        self.postmaster = postmaster
    }
}
