import Routing

extension TLSSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option(
                "certificate", \.certificate, .orNull(.path),
                "The certificate and its chain, PEM; null: a self-signed one is made."),
            Option("key", \.key, .orNull(.path), "Its key, PEM."),
            Option("more", \.more, .list(.section, of: "certificates"), "Further pairs, chosen by SNI."),
            Option("client_certificates", \.clientCertificates, .section, "What is asked of clients."),
        ]
    }
}

extension CertificateSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option(
                "certificate", \.certificate, .path, "The certificate and its chain, PEM.",
                demand: "name the file"),
            Option("key", \.key, .path, "Its key, PEM.", demand: "name the file"),
        ]
    }
}

extension ClientCertificateSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option("mode", \.mode, .choice, "Whether clients show a certificate."),
            Option("ca", \.ca, .orNull(.path), "The authorities that may have signed it, PEM."),
        ]
    }
}

extension AuthSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option(
                "mechanisms", \.mechanisms, .list(.word(AuthSettings().mechanisms), of: "mechanisms"),
                "The mechanisms that may be offered, where they can work."),
            Option("users", \.users, .orNull(.path), "The file of users, as `transom users` keeps it."),
            Option(
                "allow_plaintext", \.allowPlaintext, .boolean,
                "Whether PLAIN and LOGIN are offered outside TLS."),
            Option("gssapi", \.gssapi, .section, "Kerberos."),
            Option("external", \.external, .section, "Client certificates as users."),
            Option(
                "senders", \.senders, .map(.senders, named: \.user, called: "user"),
                "What each user may send as; a user that is not named may send as anybody."),
        ]
    }
}

extension GSSAPISettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option("keytab", \.keytab, .orNull(.path), "The keytab; null: no Kerberos."),
            Option("service", \.service, .text, "The service of our principal."),
            Option(
                "realms", \.realms, .list(.text, of: "realms"),
                "The realms whose `NAME@REALM` is our user `NAME`."),
        ]
    }
}

extension ExternalSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [Option("user", \.user, .choice, "What of the certificate is the user's name.")]
    }
}

extension Kind where Value == SenderSettings {
    /// The patterns of one user.
    static var senders: Kind {
        let patterns: Kind<[AddressPattern]> = .oneOrMore(.pattern, of: "patterns")
        return Kind(
            name: patterns.name,
            shape: patterns.shape,
            read: { written, reading in
                var sender = SenderSettings()
                guard let values = patterns.read(written, &reading) else { return nil }
                sender.patterns = values
                return sender
            },
            show: { patterns.show($0.patterns) })
    }
}

extension AuthenticationSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option(
                "authserv_id", \.authservID, .orNull(.hostname),
                "Our name in `Authentication-Results:`; null: the host name."),
            Option(
                "skip_networks", \.skipNetworks, .list(.network, of: "networks"),
                "The peers whose mail is not evaluated."),
            Option(
                "budget", \.budget, .duration(.milliseconds(10), to: .seconds(120)),
                "How long the evaluation of a message may take."),
            Option(
                "arc_sealers", \.arcSealers, .list(.hostname, of: "domains"),
                "The sealers whose ARC sets count."),
        ]
    }
}

extension ScannerSettings: ConfiguredSection {
    static var options: [Option<Self>] {
        [
            Option(
                "type", \.type, .choice, "What speaks at the address.",
                demand: "one of rspamd, spamassassin and clamav"),
            Option(
                "address", \.address, .listen(), "Where it listens.", demand: "such as \"127.0.0.1:11333\""),
            Option(
                "timeout", \.timeout, .duration(.milliseconds(10), to: .seconds(600)),
                "How long a scan may take."),
            Option("size", \.size, .size(), "The largest message that is scanned."),
            Option("on_error", \.onError, .choice, "What happens to a message that could not be scanned."),
        ]
    }
}
