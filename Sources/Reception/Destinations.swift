import Mail
import Routing
import SMTP
import Spool

/// What the rules make of a finished message: who gets it, and who was refused.
struct Destinations {
    /// The recipients of the envelope: each address once, in the order of RCPT.
    private(set) var recipients: [Recipient] = []
    /// One delivery for each POST.
    private(set) var deliveries: [NewDelivery] = []
    /// The recipients that the rules on content refused.
    private(set) var refused: [RefusedRecipient] = []
    /// The routes whose regular expression gave up.
    private(set) var exhausted: Set<String> = []
    /// For each RCPT, repeated ones too: its refusal, or `nil` when the recipient is delivered or discarded.
    private(set) var refusals: [Reply?] = []

    /// Routes each of `accepted` by what is known of the message.
    init(_ accepted: [Recipient], by policy: ReceptionPolicy, facts: CompleteFacts) {
        var known: [String: Int] = [:]
        for recipient in accepted {
            let address = EmailAddress(recipient)
            // One recipient, the common case, repeats nobody.
            let key = accepted.count > 1 ? address.comparisonKey : ""
            if let index = known[key] {
                refusals.append(refusal(of: index))
                continue
            }
            let index = recipients.count
            known[key] = index
            recipients.append(recipient)
            route(address, index, by: policy, facts: facts)
            refusals.append(refusal(of: index))
        }
    }

    /// Whether the rules refused every recipient.
    var areAllRefused: Bool { refused.count == recipients.count }

    /// Whether every recipient was taken and nobody gets the message: only `discard` matched.
    var areAllDiscarded: Bool { deliveries.isEmpty && refused.isEmpty }

    private mutating func route(
        _ address: EmailAddress, _ index: Int, by policy: ReceptionPolicy, facts: CompleteFacts
    ) {
        let decision = policy.routes.route(recipient: address, facts: facts)
        exhausted.formUnion(decision.exhausted)
        switch decision.outcome {
        case .deliver(let hits):
            for hit in hits { add(hit, for: index, fansOut: policy.fansOut) }
        case .discard:
            break
        case .reject(let text, let route):
            refused.append(RefusedRecipient(recipient: index, route: route, text: text))
        }
    }

    /// Adds a recipient to the delivery of each endpoint; the first route that leads to an endpoint is the one named.
    private mutating func add(_ hit: RouteHit, for index: Int, fansOut: Set<String>) {
        let routed = RoutedRecipient(recipient: index, route: hit.route, captures: hit.captures)
        for endpoint in hit.endpoints {
            let present = deliveries.firstIndex { delivery in
                delivery.endpoint == endpoint
                    && (!fansOut.contains(endpoint) || delivery.recipients.first?.recipient == index)
            }
            if let present {
                guard deliveries[present].recipients.last?.recipient != index else { continue }
                deliveries[present].recipients.append(routed)
            } else {
                deliveries.append(NewDelivery(endpoint: endpoint, recipients: [routed]))
            }
        }
    }

    private func refusal(of index: Int) -> Reply? {
        refused.first { $0.recipient == index }.map { Reply(refusal: $0.text) ?? .noSuchMailbox }
    }
}

extension EmailAddress {
    /// The address a recipient was accepted for, its tag included.
    init(_ recipient: Recipient) {
        let at = recipient.address.utf8.lastIndex(of: UInt8(ascii: "@")) ?? recipient.address.endIndex
        self.init(unquoting: recipient.address[..<at], domain: recipient.domain)
    }

    private init(unquoting local: Substring, domain: String) {
        let quote = UInt8(ascii: "\"")
        guard local.utf8.first == quote, local.utf8.last == quote, local.utf8.count > 1 else {
            self.init(local: String(local), domain: domain)
            return
        }
        var unquoted = ""
        var isEscaped = false
        for scalar in local.dropFirst().dropLast().unicodeScalars {
            if scalar == "\\", !isEscaped {
                isEscaped = true
            } else {
                unquoted.unicodeScalars.append(scalar)
                isEscaped = false
            }
        }
        self.init(local: unquoted, domain: domain)
    }
}
