package import Mail
import SMTP
package import Spool

/// Which clients are looked at more closely at RCPT, and how.
package struct ScreeningOptions: Sendable, Equatable {
    /// Who is not looked at.
    ///
    /// `smtp.trusted_networks`.
    package var trusted: [IPNetwork]
    /// What the DNS says about clients.
    ///
    /// `smtp.blocklists`.
    package var blocklists: BlocklistOptions?
    /// How long strangers wait; `nil`: they need not.
    ///
    /// `smtp.greylisting`.
    package var greylisting: GreylistRules?
    /// Most recipients that wait for a verdict at a time; what is over it is let through.
    ///
    /// Not configured.
    package var waiting = 10_000

    /// Nobody is looked at.
    package init(
        trusted: [IPNetwork] = [], blocklists: BlocklistOptions? = nil, greylisting: GreylistRules? = nil
    ) {
        self.trusted = trusted
        self.blocklists = blocklists
        self.greylisting = greylisting
    }

    /// Whether there is nothing to do.
    var isOff: Bool { blocklists == nil && greylisting == nil }

    /// The client to look at: a stranger on an `mx` listener.
    ///
    /// Users have proved who they are, and who speaks LMTP is a server of ours.
    func client(of transaction: TransactionFacts) -> IPAddress? {
        let session = transaction.session
        guard session.mode == .mx, session.user == nil, let address = session.peer.address,
            !trusted.contains(where: { $0.contains(address) })
        else { return nil }
        return address
    }
}

/// The lists of `smtp.blocklists`.
package struct BlocklistOptions: Sendable, Equatable {
    /// One list.
    package struct Zone: Sendable, Equatable {
        /// Its domain.
        package var name: String
        /// What being on it counts; below zero it speaks for the client.
        package var weight: Int
        /// The answers that count; empty: all that are no errors.
        package var answers: [IPNetwork]

        /// A list of these parts.
        package init(name: String, weight: Int = 1, answers: [IPNetwork] = []) {
            self.name = name
            self.weight = weight
            self.answers = answers
        }
    }

    /// The lists.
    package var zones: [Zone]
    /// The sum from which on a client is refused.
    package var threshold: Int
    /// How long all lists together have.
    package var timeout: Duration

    /// Lists of these parts.
    package init(zones: [Zone], threshold: Int = 1, timeout: Duration = .seconds(5)) {
        self.zones = zones
        self.threshold = threshold
        self.timeout = timeout
    }
}

/// What blocklists ask of the DNS; `Assembly` has a resolver that can.
///
/// Each question ends by itself in a bounded time, and at once when its task is cancelled.
package protocol BlocklistResolver: Sendable {
    /// The IPv4 addresses under the name of `client` in `zone`, RFC 5782 §2.1 and §2.4; none where it is not listed, `nil`
    /// where nobody answers.
    func addresses(of client: IPAddress, in zone: String) async -> [IPAddress]?

    /// The text beside them, where there is one.
    func text(of client: IPAddress, in zone: String) async -> String?
}
