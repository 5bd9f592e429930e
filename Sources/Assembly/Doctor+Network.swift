import DNS
import Delivery
import HTTPTransfer
import Mail
import Routing
import Settings
import Spool
import Telemetry

extension Doctor {
    /// Whether the DNS leads mail for each routed domain to this host, and this host's name to its addresses and back.
    ///
    /// Asks whom the bridge asks: what matters is what it will see.
    func names(_ settings: BridgeSettings) async -> [DoctorsLook] {
        let hostname = settings.smtp.hostname
        let resolver: DNSResolver
        do {
            resolver = try DNSResolver(DNSOptions(settings.dns), metrics: Registry())
        } catch {
            return [DoctorsLook(.fix, "dns.servers", "\(error)")]
        }
        var looks = await addresses(of: hostname, resolver)
        for domain in settings.routedDomains { looks.append(await mx(of: domain, hostname, resolver)) }
        return looks
    }

    private func mx(of domain: String, _ hostname: String, _ resolver: DNSResolver) async -> DoctorsLook {
        let subject = "MX of \(domain)"
        let advice = "add: \(domain). MX 10 \(hostname)."
        switch await resolver.resolve(domain, .mx).outcome {
        case .records(let records):
            let names = records.compactMap { record in
                if case .exchange(_, let name) = record { name } else { nil }
            }
            return names.contains(hostname)
                ? DoctorsLook(.fine, subject, names.joined(separator: ", "))
                : DoctorsLook(.fix, subject, "leads to \(names.joined(separator: ", ")); \(advice)")
        case .noData: return DoctorsLook(.fix, subject, "there is none; \(advice)")
        case .nxDomain: return DoctorsLook(.fix, subject, "the DNS does not know the domain")
        case .unaskable: return DoctorsLook(.fix, subject, "this is no name the DNS could know")
        case .failure(let failure): return DoctorsLook(.note, subject, "cannot be looked up (\(failure))")
        }
    }

    private func addresses(of hostname: String, _ resolver: DNSResolver) async -> [DoctorsLook] {
        let subject = "addresses of \(hostname)"
        var found: [[UInt8]] = []
        for type in [DNSRecordType.a, .aaaa] {
            switch await resolver.resolve(hostname, type).outcome {
            case .records(let records):
                found += records.compactMap { if case .address(let octets) = $0 { octets } else { nil } }
            case .failure(let failure):
                return [DoctorsLook(.note, subject, "cannot be looked up (\(failure))")]
            case .noData, .nxDomain, .unaskable: continue
            }
        }
        guard !found.isEmpty else {
            return [
                DoctorsLook(.fix, subject, "there are none; add A and AAAA records, or set smtp.hostname")
            ]
        }
        var looks = [DoctorsLook(.fine, subject, found.map(Self.text).joined(separator: ", "))]
        for address in found {
            let name = await resolver.confirmedName(of: address)
            looks.append(
                name == hostname
                    ? DoctorsLook(.fine, "PTR of \(Self.text(address))", hostname)
                    : DoctorsLook(
                        .note, "PTR of \(Self.text(address))",
                        "\(name ?? "none that leads back"); ask your provider for \(hostname)"))
        }
        return looks
    }

    private static func text(_ octets: [UInt8]) -> String {
        guard octets.count == 16 else { return octets.map(String.init).joined(separator: ".") }
        let words = stride(from: 0, to: 16, by: 2).map { UInt64(octets[$0]) << 8 | UInt64(octets[$0 + 1]) }
        let halves = [words[..<4], words[4...]].map { $0.reduce(0) { $0 << 16 | $1 } }
        return "\(IPAddress.v6(high: halves[0], low: halves[1]))"
    }

    /// Whether each endpoint can be reached, and whether its clock agrees with ours; asked with GET, which delivers nothing.
    func endpoints(_ settings: BridgeSettings) async -> [DoctorsLook] {
        var looks: [DoctorsLook] = []
        for endpoint in settings.endpoints {
            let subject = "endpoint \(endpoint.name)"
            guard let options = try? EndpointOptions(endpoint, fallback: nil) else { continue }
            let result = await OneTransfer.run(
                Transfer(
                    token: 0, url: options.sampleURL, method: .get, body: .memory([]), timeout: .seconds(15),
                    egress: options.egress, caFile: options.caFile))
            switch result.outcome {
            case .failed(let error): looks.append(DoctorsLook(.fix, subject, "\(error)"))
            case .response(let answer): looks.append(look(at: answer, subject, endpoint.name))
            }
        }
        return looks
    }

    private func look(at answer: TransferResponse, _ subject: String, _ name: String) -> DoctorsLook {
        if let date = answer.headers.first("date").flatMap(RetryAfter.date) {
            let seconds = (date - WallClock.now()).components.seconds
            if abs(seconds) > 60 {
                return DoctorsLook(
                    .fix, subject,
                    "its clock and ours are \(abs(seconds)) s apart, and signatures are refused after five minutes: set the clock"
                )
            }
        }
        return DoctorsLook(.fine, subject, "can be reached; `transom endpoints test \(name)` posts to it")
    }
}

extension BridgeSettings {
    /// The domains that recipients' patterns name, each once.
    fileprivate var routedDomains: [String] {
        var domains: [String] = []
        for route in routes where !route.deliver.isEmpty {
            for case .pattern(let pattern) in route.match.recipient {
                guard let domain = pattern.domain, !domains.contains(domain) else { continue }
                domains.append(domain)
            }
        }
        return domains
    }
}
