import Admin
import Foundation
import Mail

/// The commands that look into the spool and change what is in it: `messages`, `deliveries`, `replay`, `endpoints`,
/// `spool`, `reload`, `healthcheck`.
///
/// Each asks the API once and prints the answer.
package struct SpoolCommands: Sendable {
    private let client: ControlClient
    let terminal: Terminal
    /// Whether the answer's JSON is printed as it is.
    let asJSON: Bool

    /// Commands that ask `client`.
    package init(_ client: ControlClient, terminal: Terminal, asJSON: Bool) {
        self.client = client
        self.terminal = terminal
        self.asJSON = asJSON
    }

    /// `messages list`.
    package func listMessages(_ filter: [String: String?]) async throws {
        let view = try await show(get("messages", filter)) { (view: MessageListView) in
            var table = Table("MESSAGE", "RECEIVED", "SIZE", "FROM", "TO", "STATE", "SUBJECT")
            for message in view.messages {
                table.add(
                    message.id, message.receivedAt, "\(message.size)",
                    message.mailFrom.isEmpty ? "<>" : message.mailFrom,
                    message.recipients.joined(separator: ","), summary(message.deliveries),
                    message.subject ?? "")
            }
            return table.lines
        }
        if let end = view.searchedTo {
            terminal.note(
                "the search ended at \(end), older messages were not looked at; --before \(end) goes on")
        }
    }

    /// `messages show`.
    package func showMessage(_ id: String) async throws {
        try await show(get("messages/\(id)")) { (view: MessageDetailsView) in
            var lines = [
                "id:        \(view.message.id)", "received:  \(view.message.receivedAt)",
                "from:      <\(printable(view.message.mailFrom))>",
                "to:        \(printable(view.message.recipients.joined(separator: ", ")))",
                "subject:   \(printable(view.message.subject ?? ""))",
                "size:      \(view.message.size) octets, sha256 \(view.sha256)",
                "peer:      \(view.envelope.remoteIP ?? "local") helo \(printable(view.envelope.helo)) on \(view.envelope.listener)",
            ]
            lines += view.refused.map {
                "refused:   \(printable($0.recipient)) by \($0.route ?? "no route"): \($0.reply)"
            }
            lines += view.message.deliveries.map { delivery in
                "delivery:  \(delivery.id) \(delivery.endpoint) \(delivery.state), attempts \(delivery.attempts), \(delivery.at)"
            }
            return lines
        }
    }

    /// `messages raw`, `messages show --session`: octets as they are.
    package func printOctets(of id: String, _ what: String) async throws {
        try await client.copy(get("messages/\(id)/\(what)")) { terminal.write($0) }
    }

    /// `messages export`: each message as `FOLDER/msg_….eml`.
    package func export(_ ids: [String], into folder: String) async throws {
        for id in ids {
            let file = try NewFile("\(folder)/\(id).eml")
            try await client.copy(get("messages/\(id)/raw")) { try file.write($0) }
            try file.close()
            terminal.print(file.path)
        }
    }

    /// `deliveries list`.
    package func listDeliveries(_ filter: [String: String?], since: Instant?) async throws {
        var filter = filter
        filter["since"] = since.map { "\($0.milliseconds)" }
        try await show(get("deliveries", filter)) { (view: DeliveryListView) in
            var table = Table("DELIVERY", "ENDPOINT", "STATE", "ATTEMPTS", "AT", "LAST ERROR")
            for delivery in view.deliveries {
                table.add(
                    delivery.id, delivery.endpoint, delivery.state, "\(delivery.attempts)", delivery.at,
                    delivery.lastError ?? "")
            }
            return table.lines
        }
    }

    /// `deliveries show`.
    package func showDelivery(_ id: String) async throws {
        try await show(get("deliveries/\(id)")) { (view: DeliveryDetailsView) in
            var table = Table("ATTEMPT", "STARTED", "RESULT", "STATUS", "MS", "ADDRESS", "ERROR OR ANSWER")
            for attempt in view.attempts {
                table.add(
                    "\(attempt.number)", attempt.startedAt, attempt.result,
                    attempt.status.map(String.init) ?? "-",
                    attempt.milliseconds.map(String.init) ?? "-", attempt.address ?? "-",
                    attempt.error ?? String(attempt.response.prefix(200)))
            }
            let delivery = view.delivery
            return ["\(delivery.id) to \(delivery.endpoint): \(delivery.state), \(delivery.at)"] + table.lines
        }
    }

    /// `spool stats`.
    package func statistics() async throws {
        try await show(get("spool/stats")) { (view: StatisticsView) in
            let deliveries = view.deliveries.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            return [
                "messages:    \(view.messages) (\(view.octets) octets, \(view.files) in files)",
                "deliveries:  \(deliveries.joined(separator: ", "))",
                "held:        \(view.held.isEmpty ? "none" : view.held.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))",
                "oldest due:  \(view.oldestReady ?? "-")", "attempts:    \(view.attempts)",
                "database:    \(view.databaseSize) octets, \(view.databaseFree) of them free",
                "disk:        \(view.diskFree) octets free",
            ]
        }
    }

    /// `spool fsck`: ends with status 1 when something was found.
    package func check(readingBodies: Bool) async throws {
        let request = ControlRequest(
            .post, "/api/v1/spool/fsck", query: readingBodies ? ["bodies": "true"] : [:])
        let isClean = try await show(request) { (view: DamageView) in
            if view.clean { return ["the spool is sound"] }
            return view.database.map { "database: \($0)" } + view.missingBodies.map { "missing body: \($0)" }
                + view.changedBodies.map { "changed body: \($0)" } + view.orphans.map { "orphan file: \($0)" }
                + view.strays.map { "stray: \($0)" } + view.unreadable.map { "unreadable: \($0)" }
        }.clean
        guard isClean else { throw CommandError("the spool is damaged", .failure) }
    }

    /// `reload`: ends with status 78 when the file cannot be used.
    package func reload() async throws {
        let report: ReloadReport = try await client.ask(ControlRequest(.post, "/api/v1/reload"))
        try print(report) { report.lines }
        guard report.applied else {
            throw CommandError("the running configuration stays in place", .configuration)
        }
    }

    /// `healthcheck`: ends with status 1 when mail is not accepted.
    package func healthcheck() async throws {
        let view: HealthView = try await client.ask(get("health"))
        try print(view) { view.ready ? ["ok"] : [] }
        guard view.ready else { throw CommandError(view.problems.joined(separator: "\n"), .failure) }
    }

    func get(_ path: String, _ query: [String: String?] = [:]) -> ControlRequest {
        ControlRequest(.get, "/api/v1/" + path, query: query.compactMapValues(\.self))
    }

    func ask<View: Decodable>(_ request: ControlRequest) async throws -> View {
        try await client.ask(request)
    }

    /// Prints what is known already: as JSON, or in these lines.
    func print<View: Encodable>(_ view: View, _ lines: () -> [String]) throws {
        if asJSON {
            terminal.write(Array(try ControlCoding.encoder().encode(view)) + Array("\n".utf8))
        } else {
            for line in lines() { terminal.print(line) }
        }
    }

    /// Asks once, prints the answer and gives it back.
    @discardableResult
    func show<View: Decodable>(
        _ request: ControlRequest, _ lines: (View) -> [String]
    ) async throws -> View {
        let octets = try await client.octets(request)
        let view = try ControlClient.view(View.self, in: octets)
        if asJSON {
            terminal.write(octets)
        } else {
            for line in lines(view) { terminal.print(line) }
        }
        return view
    }

    private func summary(_ deliveries: [DeliveryView]) -> String {
        deliveries.isEmpty ? "refused" : Set(deliveries.map(\.state)).sorted().joined(separator: ",")
    }
}
