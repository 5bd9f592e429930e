import Mail

/// Asks the blocklists about a client, all at once, RFC 5782.
struct BlocklistJudge: Sendable {
    /// What the lists made of a client.
    struct Judgement: Equatable, Sendable {
        /// The list that counts most among those that name the client, where their sum refuses it.
        var blockedBy: String?
        /// What that list says about it.
        var reason: String?
        /// Lists that gave an error instead of an answer (127.255.255.0/24), with the error.
        var errors: [String: IPAddress] = [:]
        /// Lists that did not answer in time.
        var silent: [String] = []
    }

    let options: BlocklistOptions
    let resolver: any BlocklistResolver
    let clock: any Clock<Duration>

    /// Answers of a list, RFC 5782 §2.1.
    private static let answers = IPNetwork("127.0.0.0/8")
    /// Answers by which lists say that we asked in a way they do not want: through a public resolver, or too often.
    private static let errors = IPNetwork("127.255.255.0/24")

    private struct Finding: Sendable {
        let zone: BlocklistOptions.Zone
        /// `nil`: no answer.
        let addresses: [IPAddress]?
    }

    /// Judges `client`; what has not answered when the time is over does not count.
    func judge(_ client: IPAddress) async -> Judgement {
        let findings = await ask(about: client)
        var judgement = Judgement()
        let answered = Set(findings.filter { $0.addresses != nil }.map(\.zone.name))
        judgement.silent = options.zones.map(\.name).filter { !answered.contains($0) }
        for finding in findings {
            judgement.errors[finding.zone.name] = finding.addresses?.first {
                Self.errors?.contains($0) == true
            }
        }
        let listing = findings.filter(isListed).map(\.zone)
        guard listing.reduce(0, { $0 + $1.weight }) >= options.threshold else { return judgement }
        let heaviest = options.zones.filter(listing.contains).max { $0.weight < $1.weight }
        judgement.blockedBy = heaviest?.name
        if let name = heaviest?.name {
            judgement.reason =
                await within(options.timeout) { await resolver.text(of: client, in: name) } ?? nil
        }
        return judgement
    }

    private func isListed(_ finding: Finding) -> Bool {
        (finding.addresses ?? []).contains { address in
            guard Self.answers?.contains(address) == true, Self.errors?.contains(address) == false else {
                return false
            }
            return finding.zone.answers.isEmpty || finding.zone.answers.contains { $0.contains(address) }
        }
    }

    private func ask(about client: IPAddress) async -> [Finding] {
        await withTaskGroup(of: Finding?.self) { group in
            for zone in options.zones {
                group.addTask {
                    Finding(zone: zone, addresses: await resolver.addresses(of: client, in: zone.name))
                }
            }
            group.addTask {
                try? await clock.sleep(for: options.timeout)
                return nil
            }
            var findings: [Finding] = []
            while findings.count < options.zones.count, let next = await group.next(), let finding = next {
                findings.append(finding)
            }
            group.cancelAll()
            return findings
        }
    }

    /// What `body` gives, or `nil` when it takes longer than `limit`.
    private func within<Value: Sendable>(
        _ limit: Duration, _ body: @escaping @Sendable () async -> Value
    ) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await body() }
            group.addTask {
                try? await clock.sleep(for: limit)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}
