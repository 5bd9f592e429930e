import Mail
import Routing

extension Checks {
    /// What is allowed, but probably not meant.
    mutating func warnAboutRoutes() {
        warnAboutUnusedEndpoints()
        warnAboutHiddenRoutes()
        warnAboutContent()
        warnAboutPostmaster()
        if settings.routes.isEmpty {
            reading.warning(key("routes"), "there are no routes, so every recipient is refused")
        }
    }

    private mutating func warnAboutUnusedEndpoints() {
        let used = Set(settings.routes.flatMap(\.deliver))
        for endpoint in settings.endpoints where !used.contains(endpoint.name) {
            reading.warning(
                place(ofEndpoint: endpoint.name), "no route delivers to endpoint \"\(endpoint.name)\"")
        }
    }

    /// A route behind one that takes all its recipients, whatever the message, is never tried.
    private mutating func warnAboutHiddenRoutes() {
        let rules = settings.routes.map(\.rule)
        for (index, rule) in rules.enumerated() {
            let recipients = settings.routes[index].match.recipient
            let hiding = rules[..<index].first { former in
                former.conditions.isEmpty && !former.continues
                    && (recipients.isEmpty
                        ? former.recipients == nil
                        : recipients.allSatisfy { former.takesAll(of: $0) })
            }
            guard let hiding else { continue }
            reading.warning(
                place(ofRoute: index),
                "route \"\(rule.name)\" is never reached: route \"\(hiding.name)\" takes all its recipients",
                "the first route that matches wins; put this one in front")
        }
    }

    /// A recipient that only rules on content take is accepted at RCPT and may be refused after the whole message.
    private mutating func warnAboutContent() {
        let rules = settings.routes.map(\.rule)
        for (index, rule) in rules.enumerated() where rule.needsContent && !rule.refuses {
            let rest = rules[(index + 1)...].filter { !$0.needsContent }
            let recipients = settings.routes[index].match.recipient
            let isFollowed =
                recipients.isEmpty
                ? rest.contains { $0.recipients == nil }
                : recipients.allSatisfy { source in rest.contains { $0.takesAll(of: source) } }
            guard !isFollowed else { continue }
            reading.warning(
                place(ofRoute: index),
                "route \"\(rule.name)\" asks for the content, and no route behind it takes the same recipients without",
                "what does not match is refused only after the whole message was sent")
        }
    }

    /// RFC 5321 §4.5.1: a domain that receives mail receives it for its postmaster.
    private mutating func warnAboutPostmaster() {
        let table = settings.routingTable
        var seen: Set<String> = []
        for (index, route) in settings.routes.enumerated() where !route.deliver.isEmpty || route.discard {
            for case .pattern(let pattern) in route.match.recipient {
                guard let domain = pattern.domain, seen.insert(domain).inserted else { continue }
                let postmaster = EmailAddress(local: "postmaster", domain: domain)
                guard !table.mayTake(postmaster) else { continue }
                reading.warning(
                    place(ofRoute: index), "no route takes postmaster@\(domain)",
                    "RFC 5321 §4.5.1 asks for it; add it to a route's recipients")
            }
        }
        guard let postmaster = settings.smtp.postmaster, !table.mayTake(postmaster) else { return }
        reading.warning(
            tree["smtp"]?["postmaster"]?.place,
            "no route takes \(postmaster.text), so mail to <Postmaster> is refused")
    }

    private func place(ofRoute index: Int) -> Place? {
        guard case .list(let items) = tree["routes"]?.content, items.indices.contains(index) else {
            return key("routes")
        }
        return items[index]["match"]?["recipient"]?.place ?? items[index].place
    }
}

extension Rule {
    /// Whether it is, as far as the patterns' texts tell, for every recipient of `source`.
    fileprivate func takesAll(of source: RecipientSource) -> Bool {
        guard let recipients else { return true }
        return recipients.contains { matcher in
            guard case .pattern(let own) = matcher, case .pattern(let other) = source else { return false }
            return own.text == other.text
                || own.isWholeDomain && own.domain != nil && own.domain == other.domain
                || own.text == "*@*"
        }
    }
}
