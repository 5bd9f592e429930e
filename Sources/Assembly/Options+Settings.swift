package import Admin
import Cryptography
package import DNS
package import Delivery
import Mail
package import Reception
import Routing
import SMTP
package import SMTPServer
package import Settings
package import Spool
package import Webhook

// What each room is told, out of the settings: one initialiser a room, and no room knows the settings.

extension SMTPServerOptions {
    /// `smtp:`, for the listeners.
    package init(_ settings: BridgeSettings) {
        let smtp = settings.smtp
        self.init(hostname: smtp.hostname, listeners: smtp.listeners.map(ListenerOptions.init))
        rejectsBareNewlines = smtp.bareNewlines == .reject
        limits = Limits(smtp.limits)
        timeouts = Timeouts(smtp.timeouts)
        minimumDataRate = smtp.minDataRate
        shutdown = smtp.shutdown
        greetingDelay = smtp.greetingDelay
        trustedNetworks = smtp.trustedNetworks
        looksUpNames = smtp.remoteNames
        offersRequireTLS = settings.endpoints.allSatisfy { $0.url.isHTTPS }
    }
}

extension SMTPServerOptions.Limits {
    init(_ settings: LimitSettings) {
        self.init()
        messageSize = settings.messageSize
        discarded = settings.discarded
        recipients = settings.recipients
        connections = settings.connections
        connectionsPerAddress = settings.connectionsPerAddress
        connectionsPerNetwork = settings.connectionsPerNetwork
        connectionRatePerAddress = settings.connectionRatePerAddress
        errors = settings.errors
        idleCommands = settings.idleCommands
        refusedRecipients = settings.refusedRecipients
        authFailures = settings.authFailures
        authFailuresPerAddress = settings.authFailuresPerAddress
        memory = settings.memory
    }
}

extension SMTPServerOptions.Timeouts {
    init(_ settings: TimeoutSettings) {
        self.init()
        idle = settings.idle
        command = settings.command
        data = settings.data
        handshake = settings.tlsHandshake
        proxy = settings.proxy
    }
}

extension ListenerOptions {
    init(_ settings: ListenerSettings) {
        self.init(
            name: settings.name, address: ListenerAddress(settings.address),
            mode: ListenerMode(settings.mode),
            proxyFrom: settings.proxyFrom, xclientFrom: settings.xclientFrom)
    }
}

extension ListenerAddress {
    init(_ address: ListenAddress) {
        self =
            switch address {
            case .ip(let address, let port): .tcp(address, port: port)
            case .unix(let path): .unix(path)
            case .systemd(let name): .systemd(name)
            }
    }
}

extension SMTP.ListenerMode {
    init(_ mode: Settings.ListenerMode) {
        self =
            switch mode {
            case .mx: .mx
            case .submission: .submission
            case .submissions: .submissions
            case .lmtp: .lmtp
            }
    }
}

extension ReceptionPolicy {
    /// `routes:` and what of `smtp:` decides about recipients.
    package init(_ settings: BridgeSettings) {
        self.init(
            hostname: settings.smtp.hostname, postmaster: settings.smtp.effectivePostmaster,
            routes: settings.routingTable,
            fansOut: Set(settings.endpoints.filter { $0.fanOut == .recipient }.map(\.name)),
            receivedFields: settings.smtp.limits.receivedFields)
        senders = Dictionary(settings.auth.senders.map { ($0.user, $0.patterns) }, uniquingKeysWith: +)
        screening = ScreeningOptions(settings.smtp)
    }
}

extension ScreeningOptions {
    /// `smtp.blocklists`, `smtp.greylisting` and who is spared.
    init(_ smtp: SMTPSettings) {
        self.init(trusted: smtp.trustedNetworks)
        if !smtp.blocklists.zones.isEmpty {
            blocklists = BlocklistOptions(
                zones: smtp.blocklists.zones.map {
                    .init(name: $0.zone, weight: $0.weight, answers: $0.answers)
                },
                threshold: smtp.blocklists.threshold, timeout: smtp.blocklists.timeout)
        }
        if smtp.greylisting.enabled {
            let grey = smtp.greylisting
            greylisting = GreylistRules(
                delay: grey.delay, window: grey.window, lifetime: grey.lifetime, allowAfter: grey.allowAfter,
                entries: grey.entries)
        }
    }
}

extension DNSOptions {
    /// `dns:`; where it says nothing, the system's own file decides about the timeout too.
    package init(_ settings: DNSSettings) {
        let isSystems = settings.servers.isEmpty && settings.timeout == DNSSettings().timeout
        self.init(
            servers: settings.servers.map(\.configured), timeout: isSystems ? nil : settings.timeout)
    }
}

extension SpoolOptions {
    /// `spool:`.
    package init(_ settings: SpoolSettings) {
        self.init(minimumFree: settings.minFree, retention: Retention(settings.keep))
    }
}

extension Retention {
    init(_ settings: RetentionSettings) {
        self.init(delivered: settings.delivered, dead: settings.dead)
    }
}

extension EndpointOptions {
    /// One of `endpoints:`; `fallback` signs where the settings name no secret.
    package init(_ settings: EndpointSettings, fallback: WebhookSecret?) throws(WebhookKeyError) {
        var secrets: [WebhookSecret] = []
        for secret in settings.secrets {
            secrets.append(try WebhookSecret(WebhookSecret.prefix + Base64.text(secret.octets)))
        }
        self.init(
            name: settings.name, url: settings.url,
            secrets: secrets.isEmpty ? [fallback].compactMap(\.self) : secrets)
        if let key = settings.signingKey {
            signingKey = try WebhookSigningKey(WebhookSigningKey.prefix + Base64.text(key.octets))
        }
        format = PayloadFormat(rawValue: settings.format) ?? .transom
        raw = settings.raw == .inline ? .inline : .none
        timeout = settings.timeout
        concurrency = settings.concurrency
        rate = settings.rate.map { RateLimiter.Rate(count: $0.count, period: $0.period) }
        isOrdered = settings.order == .fifo
        allowsPrivate = settings.allowPrivate
        caFile = settings.ca
        headers = settings.headers.map { ($0.name, $0.value) }
        retry = RetrySchedule(intervals: settings.retry.schedule, giveUpAfter: settings.retry.giveUpAfter)
        permanent = Set(settings.permanent)
    }
}

extension AdminOptions {
    /// `admin:`, and the socket beside the spool.
    package init(_ settings: BridgeSettings, inbox: (@Sendable ([UInt8]) -> Void)?) {
        let address: Address? =
            switch settings.admin.address {
            case .ip(let host, let port): Address(host: "\(host)", port: port)
            case .unix, .systemd, nil: nil
            }
        self.init(socketPath: settings.spool.path + "/control.sock", address: address, inbox: inbox)
    }
}
