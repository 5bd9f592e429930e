/// What is described in `BridgeSettings` but does nothing yet.
///
/// A setting that does nothing would be believed in, so it is an error that says so. One line for each option, by
/// its path (`[]` for an entry of a list, `{}` for one of a map), or for a value of one (`path=value`). A feature
/// arrives by the removal of its line and `make generate`, which writes it into `docs/configuration.md`.
enum Availability {
    /// The options and values that have not come yet.
    static let notYet: Set<String> = [
        "authentication",
        "scanners",
        "public",
        "endpoints{}.attachments",
        "endpoints{}.raw=url",
        "routes[].match.spf",
        "routes[].match.dkim",
        "routes[].match.dmarc",
        "routes[].match.arc",
        "routes[].match.iprev",
        "routes[].match.virus",
        "routes[].match.spam",
        "routes[].answer",
        "routes[].decides",
        "routes[].reject_on",
        "routes[].answer_within",
        "routes[].policy",
    ]

    /// The values of `endpoints{}.format` that exist.
    static let formats = ["transom", "rfc822"]

    /// The formats that are known by name but do not exist yet.
    static let laterFormats = [
        "postmark", "sendgrid", "sendgrid-raw", "mailgun", "mailgun-mime", "cloudmailin",
        "cloudmailin-multipart",
        "mandrill", "postal", "ses-sns", "cloudevents", "template",
    ]

    /// The options whose change needs a restart; a reload that changes one is refused.
    static let needsRestart: Set<String> = [
        "spool.path", "admin.address", "user", "log.format",
    ]
}
