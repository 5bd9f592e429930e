import Mail

extension BlocklistSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option(
                "zones", \.zones, .list(.section, of: "blocklists"),
                "The lists in the DNS that are asked about clients at RCPT; empty: none."),
            Option(
                "threshold", \.threshold, .integer(1...1000),
                "The sum of weights from which on a client is refused with 554 5.7.1."),
            Option(
                "timeout", \.timeout, .duration(.milliseconds(10), to: .seconds(60)),
                "How long all lists together have for their answers; what is missing by then does not count."),
        ]
    }
}

extension BlocklistZoneSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option(
                "zone", \.zone, .hostname, "The list's domain.", demand: "such as zen.spamhaus.org"),
            Option(
                "weight", \.weight, .integer(-1000...1000),
                "What being on it counts; below zero it speaks for the client."),
            Option(
                "answers", \.answers, .list(.network, of: "networks"),
                "The answers that count; empty: all of 127.0.0.0/8 but the errors in 127.255.255.0/24."),
        ]
    }
}

extension GreylistSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        let time: Kind<Duration> = .duration(.milliseconds(10))
        return [
            Option(
                "enabled", \.enabled, .boolean,
                "Whether a client, sender and recipient that were not seen together before get 451 4.7.1 at first."
            ),
            Option("delay", \.delay, .duration(to: .seconds(86_400)), "How long they must wait."),
            Option("window", \.window, time, "How long they may wait; after that they are new again."),
            Option(
                "lifetime", \.lifetime, time, "How long who came again is remembered, from the last time on."),
            Option(
                "allow_after", \.allowAfter, .integer(0...1_000_000),
                "After how many triples that came again a client's network is greylisted no more; 0: never."),
            Option(
                "entries", \.entries, .integer(1...100_000_000),
                "The most triples that are remembered; what is new then is let through."),
        ]
    }
}
