import Mail

extension EndpointSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option(
                "url", \.url, .endpointURL,
                "Where messages are posted; captures of the route may stand in its path and query.",
                demand: "such as https://app.example.com/hooks/mail"),
            Option(
                "secret", \.secrets, .oneOrMore(.webhookSecret, of: "webhook secrets"),
                "What signs: `whsec_` and the base64 of 24 to 64 octets; a list while they rotate, the newest first.",
                demand: "make one with: echo \"whsec_$(openssl rand -base64 32)\""),
            Option(
                "signing_key", \.signingKey, .orNull(.signingKey),
                "An Ed25519 key, `whsk_` and base64, that adds a `v1a` signature."),
            Option(
                "format", \.format, .word(Availability.formats, later: Availability.laterFormats),
                "The form of the request."),
            Option("fan_out", \.fanOut, .choice, "One request for each message, or for each recipient."),
            Option(
                "attachments", \.attachments, .section,
                "Which attachments stand in the payload and which behind links."),
            Option(
                "raw", \.raw, .choice,
                "Whether the message itself goes along: not, or as base64 in `data.raw.content`."),
            Option(
                "timeout", \.timeout, .duration(.milliseconds(10), to: .seconds(3600)),
                "How long a request may take; one second more for every 256 KiB."),
            Option("concurrency", \.concurrency, .integer(1...1000), "The most requests at once."),
            Option("rate", \.rate, .rate, "The most requests in a time."),
            Option("order", \.order, .choice, "fifo: the oldest first, one in flight."),
            Option(
                "allow_private", \.allowPrivate, .boolean,
                "Whether the address may be loopback, private or shared."),
            Option("ca", \.ca, .orNull(.path), "Authorities trusted besides the system's, PEM."),
            Option(
                "headers", \.headers,
                .map(.header, named: \.name, called: "header", refusing: HeaderSettings.objection),
                "Fields added to every request; captures may stand in their values."),
            Option("retry", \.retry, .section, "When a failed delivery is tried again."),
            Option(
                "permanent", \.permanent, .list(.integer(400...599), of: "statuses"),
                "The statuses that end a delivery at once."),
        ]
    }
}

extension AttachmentSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option(
                "inline_up_to", \.inlineUpTo, .size(), "The largest attachment that stands in the payload."),
            Option("inline_total", \.inlineTotal, .size(), "The most that all of them together take there."),
        ]
    }
}

extension RetrySettings: ConfiguredSection {
    static var options: [Option<Self>] {
        let wait: Kind<Duration> = .duration(.milliseconds(1), to: .seconds(365 * 86_400))
        return [
            Option(
                "schedule", \.schedule, .oneOrMore(wait, of: "durations"),
                "The waits after each failure, ±20 %; the last one repeats."),
            Option(
                "give_up_after", \.giveUpAfter, .duration(to: .seconds(365 * 86_400)),
                "How long after acceptance a delivery is dead."),
        ]
    }
}
