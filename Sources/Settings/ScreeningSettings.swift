package import Mail

/// `smtp.blocklists:`: what the DNS says about clients.
package struct BlocklistSettings: Equatable, Sendable {
    /// The lists; empty: none is asked.
    package var zones: [BlocklistZoneSettings] = []
    /// The sum of weights from which on a client is refused.
    package var threshold = 1
    /// How long all lists together have for their answers; what is missing by then does not count.
    package var timeout: Duration = .seconds(5)

    /// No lists.
    package init() {}
}

/// One entry of `smtp.blocklists.zones:`.
package struct BlocklistZoneSettings: Equatable, Sendable {
    /// The list's domain.
    package var zone = ""
    /// What being on it counts; below zero it speaks for the client.
    package var weight = 1
    /// The answers that count; empty: all of 127.0.0.0/8 but the errors in 127.255.255.0/24.
    package var answers: [IPNetwork] = []

    /// A list without a domain.
    package init() {}
}

/// `smtp.greylisting:`: who is not known is asked to try again.
package struct GreylistSettings: Equatable, Sendable {
    /// Whether it is done.
    package var enabled = false
    /// How long a client must wait.
    package var delay: Duration = .seconds(300)
    /// How long it may wait.
    package var window: Duration = .seconds(2 * 86_400)
    /// How long who came again is remembered, from the last time on.
    package var lifetime: Duration = .seconds(35 * 86_400)
    /// After how many triples that came again a network is greylisted no more; zero: never.
    package var allowAfter = 5
    /// The most triples that are remembered; more are let through.
    package var entries = 1_000_000

    /// The defaults.
    package init() {}
}
