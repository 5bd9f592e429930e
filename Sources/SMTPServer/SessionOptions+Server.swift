internal import Mail
internal import SMTP

extension SessionOptions {
    /// How a session from `peer` on `listener` behaves.
    init(
        _ options: SMTPServerOptions, listener: ListenerOptions, peer: Peer, postmaster: EmailAddress,
        hasTLS: Bool
    ) {
        self.init(hostname: options.hostname, postmaster: postmaster)
        messageSize = options.limits.messageSize
        discarded = options.limits.discarded
        recipients = options.limits.recipients
        errors = options.limits.errors
        idleCommands = options.limits.idleCommands
        refusedRecipients = options.limits.refusedRecipients
        authFailures = options.limits.authFailures
        rejectsBareNewlines = options.rejectsBareNewlines
        offersRequireTLS = options.offersRequireTLS
        offersStartTLS = hasTLS && listener.mode != .submissions
        beginsWithTLS = listener.mode == .submissions
        expectsProxyHeader = listener.proxyFrom.contain(peer)
        acceptsXClient = listener.xclientFrom.contain(peer)
    }
}

extension [IPNetwork] {
    /// Whether `peer` is in one of the networks; who comes through a Unix socket is in none.
    func contain(_ peer: Peer) -> Bool {
        guard let address = peer.address else { return false }
        return contains { $0.contains(address) }
    }
}
