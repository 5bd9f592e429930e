import Admin
import Assembly
import DNS
import Delivery
import Mail
import Reception
import SMTP
import SMTPServer
import Settings
import Spool
import Testing
import Webhook

/// Every option reaches its room.
@Suite struct OptionsTests {
    /// A configuration in which nothing is as it is by default.
    static let everything = """
        smtp:
          hostname: mx.example.com
          postmaster: help@example.com
          bare_newlines: reject
          trusted_networks: [192.0.2.0/24]
          greeting_delay: 2s
          remote_names: false
          min_data_rate: 1kB/s
          shutdown: 9s
          listeners:
            - { name: a, address: "[::1]:2525", mode: submission, proxy_from: [10.0.0.0/8], xclient_from: [127.0.0.1] }
            - { name: b, address: "unix:/run/b.sock", mode: lmtp }
            - { name: c, address: "systemd:mail", mode: submissions }
          limits:
            message_size: 1MiB
            discarded: 2MiB
            recipients: 3
            connections: 4
            connections_per_address: 5
            connections_per_network: 6
            connection_rate_per_address: 7/m
            errors: 8
            idle_commands: 9
            refused_recipients: 10
            auth_failures: 11
            auth_failures_per_address: 12/h
            received_fields: 13
            memory: 14MiB
          timeouts: { idle: 1s, command: 2s, data: 3s, tls_handshake: 4s, proxy: 6s }
          blocklists: { threshold: 2, timeout: 3s, zones: [ { zone: bl.example.com, weight: 4, answers: [127.0.0.2/32] } ] }
          greylisting: { enabled: true, delay: 1m, window: 2h, lifetime: 3d, allow_after: 4, entries: 50 }
        auth: { senders: { ann: ["*@example.com"] } }
        spool: { path: /var/spool/t, min_free: 1GiB, keep: { delivered: 1d, dead: 2d } }
        admin: { address: "[::1]:8026" }
        dns: { servers: ["192.0.2.53:53", "[2001:db8::53]:5353"], timeout: 3s }
        endpoints:
          app:
            url: http://app.example.com/{x}
            secret: [\(secret), whsec_YW5vdGhlciBzZWNyZXQsIDMyIG9jdGV0cyBsb25nLi4=]
            signing_key: whsk_YSBzZWNyZXQgZm9yIGp1ZGdlcywgMzIgb2N0ZXRzLi4=
            format: rfc822
            fan_out: recipient
            raw: inline
            timeout: 7s
            concurrency: 3
            rate: 4/m
            order: fifo
            allow_private: true
            ca: /etc/ca.pem
            headers: { X-A: "b" }
            retry: { schedule: [1s, 2s], give_up_after: 1h }
            permanent: [404]
        routes:
          - { match: { recipient: "{x}@example.com" }, deliver: [app] }
        """

    private func settings() throws -> BridgeSettings {
        let loaded = load(Self.everything)
        return try #require(loaded.settings, "\(loaded.diagnostics)")
    }

    /// The stored properties of `value` as text, by name.
    private func fields(_ value: Any) -> [String: String] {
        Dictionary(
            Mirror(reflecting: value).children.map { ($0.label ?? "", String(describing: $0.value)) },
            uniquingKeysWith: { first, _ in first })
    }

    @Test func `every limit and time of the settings is the server's, by the same name`() throws {
        let settings = try settings()
        let options = SMTPServerOptions(settings)
        let renamed = ["tlsHandshake": "handshake"]
        for (wanted, standard, got) in [
            (fields(settings.smtp.limits), fields(LimitSettings()), fields(options.limits)),
            (fields(settings.smtp.timeouts), fields(TimeoutSettings()), fields(options.timeouts)),
        ] {
            for (name, value) in wanted where name != "receivedFields" {
                #expect(value != standard[name], "the test leaves \(name) as it is by default")
                #expect(got[renamed[name] ?? name] == value, "\(name)")
            }
        }
        #expect(ReceptionPolicy(settings).receivedFields == 13)
    }

    @Test func `what nobody configured is the same to the settings and to the rooms`() throws {
        let settings = try #require(load(minimal()).settings)
        let options = SMTPServerOptions(settings)
        let standard = SMTPServerOptions(hostname: "", listeners: [])
        #expect(fields(options.limits) == fields(standard.limits))
        #expect(fields(options.timeouts) == fields(standard.timeouts))
        for name in ["minimumDataRate", "shutdown", "greetingDelay", "looksUpNames", "rejectsBareNewlines"] {
            #expect(fields(options)[name] == fields(standard)[name], "\(name)")
        }
        #expect(SpoolOptions(settings.spool).minimumFree == SpoolOptions().minimumFree)
        #expect(SpoolOptions(settings.spool).retention == Retention())
        #expect(DNSOptions(settings.dns) == DNSOptions())
        #expect(
            ReceptionPolicy(settings).screening == ScreeningOptions(trusted: settings.smtp.trustedNetworks))
    }

    @Test func `the listeners and the rest of smtp`() throws {
        let options = SMTPServerOptions(try settings())
        let networks = ["10.0.0.0/8", "127.0.0.1/32", "192.0.2.0/24"].map { IPNetwork($0) }
        #expect(
            options.listeners == [
                ListenerOptions(
                    name: "a", address: .tcp(.v6(high: 0, low: 1), port: 2525), mode: .submission,
                    proxyFrom: [networks[0]].compactMap(\.self), xclientFrom: [networks[1]].compactMap(\.self)
                ),
                ListenerOptions(name: "b", address: .unix("/run/b.sock"), mode: .lmtp),
                ListenerOptions(name: "c", address: .systemd("mail"), mode: .submissions),
            ])
        #expect(options.hostname == "mx.example.com")
        #expect(options.rejectsBareNewlines && !options.looksUpNames && !options.offersRequireTLS)
        #expect((options.minimumDataRate, options.shutdown) == (ByteCount(1000), .seconds(9)))
        #expect(options.greetingDelay == .seconds(2))
        #expect(options.trustedNetworks == [networks[2]].compactMap(\.self))
    }

    @Test func `who may send what, and who is looked at`() throws {
        let policy = ReceptionPolicy(try settings())
        #expect(policy.postmaster == EmailAddress(local: "help", domain: "example.com"))
        #expect(policy.fansOut == ["app"])
        #expect(policy.senders.keys.sorted() == ["ann"])
        let lists = try #require(policy.screening.blocklists)
        #expect((lists.threshold, lists.timeout) == (2, .seconds(3)))
        #expect(
            lists.zones == [
                .init(
                    name: "bl.example.com", weight: 4, answers: [IPNetwork("127.0.0.2/32")].compactMap(\.self)
                )
            ])
        #expect(
            policy.screening.greylisting
                == GreylistRules(
                    delay: .seconds(60), window: .seconds(7200), lifetime: .seconds(3 * 86_400),
                    allowAfter: 4,
                    entries: 50))
    }

    @Test func `an endpoint, with its keys`() throws {
        let settings = try #require(try settings().endpoints.first)
        let endpoint = try EndpointOptions(settings, fallback: nil)
        #expect((endpoint.name, endpoint.url) == ("app", settings.url))
        #expect(endpoint.secrets.map(\.text).first == secret)
        #expect(endpoint.secrets.count == 2 && endpoint.signingKey != nil)
        #expect((endpoint.format, endpoint.raw) == (.rfc822, .inline))
        #expect((endpoint.timeout, endpoint.concurrency) == (.seconds(7), 3))
        #expect((endpoint.rate?.count, endpoint.rate?.period) == (4, .seconds(60)))
        #expect(endpoint.isOrdered && endpoint.allowsPrivate)
        #expect((endpoint.caFile, endpoint.permanent) == ("/etc/ca.pem", [404]))
        #expect(endpoint.headers.map(\.name) == ["X-A"])
        #expect(endpoint.retry.giveUpAfter == .seconds(3600))
        #expect(endpoint.retry.intervals == [.seconds(1), .seconds(2)])
    }

    @Test func `spool, names and the operator's port`() throws {
        let settings = try settings()
        let spool = SpoolOptions(settings.spool)
        #expect(spool.minimumFree == ByteCount(1 << 30))
        #expect(spool.retention == Retention(delivered: .seconds(86_400), dead: .seconds(2 * 86_400)))
        #expect(
            DNSOptions(settings.dns)
                == DNSOptions(servers: ["192.0.2.53:53", "[2001:db8::53]:5353"], timeout: .seconds(3)))
        let admin = AdminOptions(settings, inbox: nil)
        #expect(admin.socketPath == "/var/spool/t/control.sock")
        #expect("\(admin.address.map { "\($0)" } ?? "")" == "[::1]:8026")
    }

    @Test func `a timeout alone is taken with the system's servers`() throws {
        let settings = try #require(load(minimal("dns: { timeout: 5s }")).settings)
        #expect(DNSOptions(settings.dns) == DNSOptions(timeout: .seconds(5)))
    }
}
