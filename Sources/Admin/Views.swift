package import Delivery
import Foundation
package import Mail
import Spool

// What the API answers, member by member. The keys are the JSON's; times are RFC 3339 with milliseconds, UTC.

/// A failure.
package struct ErrorView: Codable, Sendable {
    /// What was wrong and what to do.
    package var error: String
}

/// `GET /messages`.
package struct MessageListView: Codable, Sendable {
    /// The messages, newest first.
    package var messages: [MessageView]
    /// The last message that a search looked at, when it ended there and not at the oldest one.
    package var searchedTo: String?
}

/// A message in a list.
package struct MessageView: Codable, Sendable {
    /// `msg_…`.
    package var id: String
    /// The final dot.
    package var receivedAt: String
    /// The reverse-path; empty for the null sender.
    package var mailFrom: String
    /// The recipients' addresses.
    package var recipients: [String]
    /// The decoded subject.
    package var subject: String?
    /// Octets as received.
    package var size: Int
    /// The peer's address.
    package var remoteIP: String?
    /// Its deliveries.
    package var deliveries: [DeliveryView]

    init(_ summary: MessageSummary, subject: String?) {
        id = "\(summary.id)"
        receivedAt = summary.receivedAt.rfc3339
        mailFrom = summary.envelope.mailFrom
        recipients = summary.envelope.recipients.map(\.address)
        self.subject = subject
        size = summary.size
        remoteIP = summary.envelope.remoteIP
        deliveries = summary.deliveries.map(DeliveryView.init)
    }
}

/// `GET /messages/ID`.
package struct MessageDetailsView: Codable, Sendable {
    /// What the list shows.
    package var message: MessageView
    /// The envelope, as stored.
    package var envelope: Envelope
    /// The recipients that the rules on content refused.
    package var refused: [RefusedView]
    /// The trace fields.
    package var trace: String
    /// SHA-256 of the octets as received, in hexadecimal.
    package var sha256: String
    /// Whether the octets have a file of their own.
    package var inFile: Bool
    /// Whether the SMTP dialogue was kept.
    package var hasSession: Bool

    init(_ details: MessageDetails, subject: String?) {
        message = MessageView(details.summary, subject: subject)
        envelope = details.summary.envelope
        refused = details.refused.map { refused in
            RefusedView(
                recipient: details.summary.envelope.recipients[safe: refused.recipient]?.address ?? "",
                route: refused.route, reply: refused.text)
        }
        trace = String(decoding: details.trace, as: UTF8.self)
        sha256 = details.sha256.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        inFile = details.isInFile
        hasSession = details.transcript != nil
    }
}

/// A recipient that the rules on content refused.
package struct RefusedView: Codable, Sendable {
    /// The address.
    package var recipient: String
    /// The route that refused it.
    package var route: String?
    /// The reply it would have got.
    package var reply: String
}

/// `GET /endpoints`.
package struct EndpointListView: Codable, Sendable {
    /// The endpoints, in the order of the configuration.
    package var endpoints: [EndpointView]
}

/// An endpoint and how it does.
package struct EndpointView: Codable, Sendable {
    /// Its name.
    package var name: String
    /// Where it posts; without password.
    ///
    /// Unknown when no bridge runs.
    package var url: String?
    /// `healthy`, `failing`, `waiting`, `paused`, `disabled`, `missing`.
    package var state: String
    /// Why, for people.
    package var reason: String?
    /// Requests under way.
    package var inFlight: Int?
    /// Requests that may be under way.
    package var limit: Int?
    /// Nothing is sent before this instant.
    package var blockedUntil: String?
    /// Deliveries that wait until they are due or have their turn.
    package var waiting: Int?
    /// Deliveries that wait until the endpoint is no longer held.
    package var held: Int?
    /// Deliveries that were given up.
    package var dead: Int?
    /// How long the one that has waited longest, held or not, has waited; absent when none waits.
    package var oldestWaitingSeconds: Int?

    /// An endpoint of the running bridge.
    package init(_ status: EndpointStatus) {
        name = status.name
        url = status.url
        state = status.state.rawValue
        reason = status.lastError
        inFlight = status.inFlight
        limit = status.limit
        blockedUntil = status.blockedUntil?.rfc3339
        waiting = status.waiting
    }

    /// An endpoint as the spool remembers it.
    init(name: String, state: EndpointState) {
        self.name = name
        reason = state.reason
        blockedUntil = state.health.blockedUntil?.rfc3339
        self.state = Self.name(of: state)
    }

    /// Adds what the spool holds for it at `now`.
    mutating func add(_ backlog: EndpointBacklog, at now: Timestamp) {
        waiting = (waiting ?? 0) + backlog.waiting
        held = backlog.held
        dead = backlog.dead
        oldestWaitingSeconds =
            backlog.oldest == nil ? nil : Int(backlog.longestWait(at: now).components.seconds)
    }

    private static func name(of state: EndpointState) -> String {
        if state.holds.contains(.missing) { return "missing" }
        if state.holds.contains(.disabled) { return EndpointStatus.State.disabled.rawValue }
        if state.holds.contains(.paused) { return EndpointStatus.State.paused.rawValue }
        return (state.health.blockedUntil == nil ? EndpointStatus.State.healthy : .waiting).rawValue
    }
}

/// A certificate in use, for metrics.
package struct CertificateView: Sendable {
    /// Where it came from.
    package var file: String
    /// The last second of its life.
    package var expiresAt: Timestamp

    /// The certificate of `file`.
    package init(file: String, expiresAt: Timestamp) {
        self.file = file
        self.expiresAt = expiresAt
    }
}

/// `GET /health`.
package struct HealthView: Codable, Sendable {
    /// Whether mail is accepted.
    package var ready: Bool
    /// Why not.
    package var problems: [String]
}

/// `POST /replay`, the request.
package struct ReplayRequest: Codable, Sendable {
    /// Deliveries, or messages all of whose deliveries are meant.
    package var ids: [String]
    /// Another endpoint; of a message: only its deliveries there, or a first one.
    package var endpoint: String?
    /// Another URL.
    package var to: String?
    /// A new webhook id.
    package var newID: Bool?
    /// Leaves out deliveries that are not there, for those found by a list: retention may have been quicker.
    package var skipsUnknown: Bool?

    /// A replay of `ids`.
    package init(
        ids: [String], endpoint: String? = nil, to: String? = nil, newID: Bool? = nil,
        skipsUnknown: Bool? = nil
    ) {
        self.ids = ids
        self.endpoint = endpoint
        self.to = to
        self.newID = newID
        self.skipsUnknown = skipsUnknown
    }
}

/// `POST /replay`, the answer.
package struct ReplayedView: Codable, Sendable {
    /// The ids under which deliveries go.
    package var deliveries: [String]

    /// These deliveries.
    package init(deliveries: [String]) { self.deliveries = deliveries }
}

extension Array {
    /// The element at `index`, where there is one.
    subscript(safe index: Int) -> Element? {
        indices.contains(index) ? self[index] : nil
    }
}

extension ControlResponse {
    /// `value` as JSON; the members of our views always encode.
    static func json(_ value: some Encodable, status: Int = 200) -> ControlResponse {
        guard let body = try? ControlCoding.encoder().encode(value) else {
            preconditionFailure("a view of the API cannot be encoded")
        }
        return ControlResponse(
            status: status, contentType: "application/json", body: .octets(Array(body) + [0x0A]))
    }
}
