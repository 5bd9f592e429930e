import Admin
import Foundation
import Mail

/// `transom replay`: sends deliveries again, in small groups, at a rate the receiver can bear.
package struct ReplayCommand: Sendable {
    /// Message and delivery ids.
    package var ids: [String]
    /// Replays every dead delivery, of `endpoint` where that is given.
    package var allDead: Bool
    /// Replays every delivery of messages received since then.
    package var since: Instant?
    /// The endpoint.
    package var endpoint: String?
    /// Another URL.
    package var url: String?
    /// Whether the deliveries get new ids.
    package var newID: Bool
    /// Deliveries a second; `nil`: as fast as it goes.
    package var rate: Double?
    /// Only says what would be sent.
    package var isDryRun: Bool

    /// A replay with these arguments.
    package init(
        ids: [String], allDead: Bool, since: Instant?, endpoint: String?, url: String?, newID: Bool,
        rate: Double?,
        isDryRun: Bool
    ) {
        self.ids = ids
        self.allDead = allDead
        self.since = since
        self.endpoint = endpoint
        self.url = url
        self.newID = newID
        self.rate = rate
        self.isDryRun = isDryRun
    }

    private static let groupSize = 100

    /// Finds what is meant and sends it again.
    package func run(_ commands: SpoolCommands) async throws {
        let chosen = ids.isEmpty ? try await select(commands) : ids
        guard !isDryRun else {
            for id in ids { try await look(for: id, commands) }
            try commands.print(ReplayedView(deliveries: chosen)) { chosen }
            commands.terminal.note("\(chosen.count) would be sent again")
            return
        }
        try await send(chosen, commands)
    }

    /// Fails, as the sending would, where `id` names nothing.
    private func look(for id: String, _ commands: SpoolCommands) async throws {
        if id.hasPrefix("dlv_") {
            let _: DeliveryDetailsView = try await commands.ask(commands.get("deliveries/\(id)"))
        } else {
            let _: MessageDetailsView = try await commands.ask(commands.get("messages/\(id)"))
        }
    }

    private func send(_ chosen: [String], _ commands: SpoolCommands) async throws {
        let group = rate.map { max(1, min(Self.groupSize, Int($0))) } ?? Self.groupSize
        var sent: [String] = []
        let keepsEndpoint = ids.isEmpty
        for start in stride(from: 0, to: chosen.count, by: group) {
            let part = Array(chosen[start..<min(start + group, chosen.count)])
            let request = ReplayRequest(
                ids: part, endpoint: keepsEndpoint ? nil : endpoint, to: url, newID: newID ? true : nil,
                skipsUnknown: keepsEndpoint ? true : nil)
            let body = Array(try ControlCoding.encoder().encode(request))
            let view: ReplayedView = try await commands.ask(
                ControlRequest(.post, "/api/v1/replay", body: body))
            sent += view.deliveries
            if !commands.asJSON { for id in view.deliveries { commands.terminal.print(id) } }
            progress(start + part.count, of: chosen.count, commands.terminal)
            if let rate, start + group < chosen.count {
                try await Task.sleep(for: .seconds(Double(part.count) / rate))
            }
        }
        if commands.asJSON { try commands.print(ReplayedView(deliveries: sent)) { [] } }
        commands.terminal.note("\(sent.count) sent again")
    }

    /// Every delivery that `--dead` and `--since` mean, page by page.
    private func select(_ commands: SpoolCommands) async throws -> [String] {
        guard allDead || since != nil else {
            throw CommandError("say what to replay: ids, --dead, or --since with --endpoint", .usage)
        }
        var found: [String] = []
        var before: String?
        while true {
            let view: DeliveryListView = try await commands.ask(
                commands.get(
                    "deliveries",
                    [
                        "limit": "1000", "before": before, "endpoint": endpoint,
                        "state": allDead ? "dead" : nil,
                        "since": since.map { String($0.milliseconds) },
                    ]))
            found += view.deliveries.map(\.id)
            guard let last = view.deliveries.last, view.deliveries.count == 1000 else {
                return found.reversed()
            }
            before = last.id
        }
    }

    private func progress(_ done: Int, of total: Int, _ terminal: Terminal) {
        guard terminal.isTerminal, total > Self.groupSize else { return }
        let filled = 30 * done / total
        terminal.note(
            "[\(String(repeating: "#", count: filled))\(String(repeating: ".", count: 30 - filled))] \(done)/\(total)"
        )
    }
}
