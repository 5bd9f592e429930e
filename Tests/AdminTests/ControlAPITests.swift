import Admin
import Foundation
import Mail
import Spool
import Testing

/// The routes in memory: what is answered, in which form, and what is refused.
@Suite struct ControlAPITests {
    @Test func `messages are listed newest first, in pages, with their subjects`() async throws {
        try await ControlDesk.with { desk async throws in
            let old = await desk.store("Subject: =?utf-8?q?gr=C3=BCn?=\r\n\r\n", to: "app", "archive")
            let large = await desk.store(
                "Subject: large\r\n\r\n" + String(repeating: "x", count: 300_000), to: "app")
            let bare = await desk.store("\r\n", to: "app")
            let answer = try await desk.ask(.get, "/api/v1/messages")
            #expect((answer.status, answer.contentType) == (200, "application/json"))
            let messages = answer.list("messages")
            #expect(messages.map { $0["id"] as? String } == [bare, large, old].map { "\($0)" })
            #expect(messages.map { $0["subject"] as? String } == [nil, "large", "grün"])
            #expect(
                messages[1].keys.sorted() == [
                    "deliveries", "id", "mail_from", "received_at", "recipients", "remote_ip", "size",
                    "subject",
                ])
            let deliveries = messages[2]["deliveries"] as? [[String: Any]] ?? []
            #expect(deliveries.map { $0["endpoint"] as? String } == ["app", "archive"])
            #expect(deliveries[0].keys.sorted() == ["at", "attempts", "endpoint", "id", "spent", "state"])
            for (query, count) in [("SENDER@", 3), ("%", 0), ("", 3)] {
                let found = try await desk.ask(.get, "/api/v1/messages", ["from": query, "to": "bob@"])
                #expect(found.list("messages").count == count, "\(query)")
                #expect(found.json.keys.sorted() == ["messages"])
            }
            let page = try await desk.ask(.get, "/api/v1/messages", ["limit": "1", "before": "\(bare)"])
            #expect(page.list("messages").map { $0["id"] as? String } == ["\(large)"])
        }
    }

    @Test func `a message is shown whole, with who was refused`() async throws {
        try await ControlDesk.with { desk async throws in
            let id = await desk.store(to: "app", refusing: true, transcript: "C: EHLO mail.example.org\n")
            let shown = try await desk.ask(.get, "/api/v1/messages/\(id)")
            #expect(
                shown.json.keys.sorted() == [
                    "envelope", "has_session", "in_file", "message", "refused", "sha256", "trace",
                ])
            #expect(shown.json["trace"] as? String == ControlDesk.trace)
            #expect((shown.json["sha256"] as? String)?.count == 64)
            #expect((shown.json["envelope"] as? [String: Any])?["remote_ip"] as? String == "192.0.2.7")
            let refused = try #require(shown.list("refused").first)
            #expect(
                refused as? [String: String] == [
                    "recipient": "bob@hooks.test", "route": "later", "reply": "550 5.1.1 No such mailbox",
                ])
            let session = try await desk.ask(.get, "/api/v1/messages/\(id)/session")
            #expect((session.status, session.text) == (200, "C: EHLO mail.example.org\n"))
            #expect(session.contentType.hasPrefix("text/plain"))
            let silent = await desk.store(to: "app")
            #expect(try await desk.ask(.get, "/api/v1/messages/\(silent)/session").status == 404)
        }
    }

    @Test(arguments: [0, 1_000, 1_000_000])
    func `a raw message is streamed, trace fields in front`(size: Int) async throws {
        try await ControlDesk.with { desk async throws in
            let text = String(repeating: "0123456789", count: size / 10)
            let id = await desk.store(text, to: "app")
            let raw = try await desk.ask(.get, "/api/v1/messages/\(id)/raw")
            #expect((raw.status, raw.contentType) == (200, "message/rfc822"))
            #expect(raw.text == ControlDesk.trace + text)
            #expect(raw.largestPiece <= 256 << 10)
        }
    }

    @Test func `a message whose file is gone is an error, and stays in the list`() async throws {
        try await ControlDesk.with { desk async throws in
            let id = await desk.store(
                "Subject: lost\r\n\r\n" + String(repeating: "x", count: 300_000), to: "app")
            try FileManager.default.removeItem(atPath: desk.folder + "/spool/bodies")
            let raw = try await desk.ask(.get, "/api/v1/messages/\(id)/raw")
            #expect((raw.status, raw.error) == (500, "the body file of \(id) is missing"))
            let shown = try await desk.ask(.get, "/api/v1/messages/\(id)")
            #expect(shown.status == 200)
            #expect(try await desk.ask(.get, "/api/v1/messages").list("messages").count == 1)
        }
    }

    @Test func `deliveries are filtered, and shown with their attempts`() async throws {
        try await ControlDesk.with { desk async throws in
            let id = await desk.store(to: "app", "archive")
            let claim = try #require(
                try await desk.spool.claimDue("app", limit: 1, now: WallClock.now()).first)
            let record = AttemptRecord(
                startedAt: WallClock.now(), result: .failed, status: 503, address: "192.0.2.1",
                response: [0x62, 0xFF, 0x79], error: "server-error")
            desk.spool.record(
                AttemptOutcome(
                    delivery: claim.id, attempt: 1, record: record, next: .dead(at: WallClock.now())))
            while try await desk.spool.delivery(claim.id)?.summary.state != .dead { await Task.yield() }
            let dead = try await desk.ask(.get, "/api/v1/deliveries", ["state": "dead", "message": "\(id)"])
            #expect(dead.list("deliveries").map { $0["id"] as? String } == ["\(claim.id)"])
            #expect(dead.list("deliveries").map { $0["last_error"] as? String } == ["503 server-error"])
            let held = try await desk.ask(.get, "/api/v1/deliveries", ["state": "held"])
            #expect((held.status, held.list("deliveries").count) == (200, 0))
            try await desk.spool.hold("archive", as: .paused)
            let paused = try await desk.ask(.get, "/api/v1/deliveries", ["state": "held"])
            #expect(paused.list("deliveries").map { $0["state"] as? String } == ["held"])
            try await desk.spool.resume("archive")
            let other = try await desk.ask(.get, "/api/v1/deliveries", ["endpoint": "archive", "since": "0"])
            #expect(other.list("deliveries").map { $0["state"] as? String } == ["ready"])
            let shown = try await desk.ask(.get, "/api/v1/deliveries/\(claim.id)")
            #expect(shown.json.keys.sorted() == ["attempts", "delivery", "recipients", "series_start"])
            let attempt = try #require(shown.list("attempts").first)
            #expect(attempt["response"] as? String == "b\u{FFFD}y")
            #expect((attempt["status"] as? Int, attempt["error"] as? String) == (503, "server-error"))
        }
    }

    @Test func `a replay answers the ids under which deliveries go, and wakes the sender`() async throws {
        try await ControlDesk.with { desk async throws in
            desk.bridge?.names = ["app", "archive", "new"]
            let id = await desk.store(to: "app", "archive")
            func replay(_ order: String) async throws -> [String] {
                let answer = try await desk.ask(.post, "/api/v1/replay", body: order)
                #expect(answer.status == 200, "\(order)")
                return answer.json["deliveries"] as? [String] ?? []
            }
            let ulid = "\(id)".dropFirst(4)
            #expect(try await replay(#"{"ids": ["\#(id)"]}"#) == ["dlv_\(ulid)_1", "dlv_\(ulid)_2"])
            #expect(try await replay(#"{"ids": ["\#(id)"], "endpoint": "archive"}"#) == ["dlv_\(ulid)_2"])
            #expect(try await replay(#"{"ids": ["\#(id)"], "endpoint": "new"}"#) == ["dlv_\(ulid)_3"])
            let copy = try await replay(#"{"ids": ["dlv_\#(ulid)_1"], "to": "https://h/", "new_id": true}"#)
            #expect(copy == ["dlv_\(ulid)_4"])
            let shown = try await desk.ask(.get, "/api/v1/deliveries/dlv_\(ulid)_4")
            let delivery = shown.json["delivery"] as? [String: Any]
            #expect(delivery?["url"] as? String == "https://h/")
            #expect(delivery?["origin"] as? String == "dlv_\(ulid)_1")
            #expect(try await replay(#"{"ids": []}"#).isEmpty)
            #expect(try await replay(#"{"ids": ["dlv_\#(ulid)_99"], "skips_unknown": true}"#).isEmpty)
            #expect(desk.bridge?.asked == Array(repeating: "wake", count: 6))
            let attempts = try await desk.spool.delivery(DeliveryID(message: id, number: 1))?.seriesStart
            let order = #"{"ids": ["dlv_\#(ulid)_1", "dlv_\#(ulid)_99"]}"#
            let refused = try await desk.ask(.post, "/api/v1/replay", body: order)
            #expect((refused.status, refused.error) == (404, "there is no delivery dlv_\(ulid)_99"))
            let untouched = try await desk.spool.delivery(DeliveryID(message: id, number: 1))?.seriesStart
            #expect(untouched == attempts)
        }
    }

    @Test func `an id of another spool names nothing here`() async throws {
        try await ControlDesk.with { desk async throws in
            let id = await desk.store(to: "app")
            let stranger = MessageID(high: id.high, low: id.low ^ 1)
            #expect(try await desk.ask(.get, "/api/v1/messages/\(stranger)").status == 404)
            #expect(try await desk.ask(.get, "/api/v1/messages/\(stranger)/raw").status == 404)
            let delivery = DeliveryID(message: stranger, number: 1)
            #expect(try await desk.ask(.get, "/api/v1/deliveries/\(delivery)").status == 404)
            let order = #"{"ids": ["\#(delivery)"]}"#
            let replayed = try await desk.ask(.post, "/api/v1/replay", body: order)
            #expect((replayed.status, replayed.error) == (404, "there is no delivery \(delivery)"))
        }
    }

    @Test func `endpoints are the running bridge's, or what the spool remembers of them`() async throws {
        try await ControlDesk.with { desk async throws in
            let listed = try await desk.ask(.get, "/api/v1/endpoints").list("endpoints")
            #expect(
                listed.map(\.keys).map { $0.sorted() } == [
                    ["dead", "held", "in_flight", "name", "state", "waiting"]
                ])
            for action in ["pause", "resume"] {
                #expect(try await desk.ask(.post, "/api/v1/endpoints/app/\(action)").status == 200)
            }
            #expect(desk.bridge?.asked == ["pause app", "resume app"])
            let unknown = try await desk.ask(.post, "/api/v1/endpoints/nobody/pause")
            #expect((unknown.status, unknown.error) == (404, "there is no endpoint nobody; there are: app"))
        }
        try await ControlDesk.with(hasBridge: false) { desk async throws in
            _ = try await desk.spool.configureEndpoints(["app"])
            try await desk.spool.hold("app", as: .paused)
            func state() async throws -> String? {
                try await desk.ask(.get, "/api/v1/endpoints").list("endpoints").first?["state"] as? String
            }
            #expect(try await state() == "paused")
            #expect(try await desk.ask(.post, "/api/v1/endpoints/app/resume").status == 200)
            #expect(try await state() == "healthy")
        }
    }

    @Test(arguments: [true, false])
    func `endpoints are listed with what waits for them, gone ones too`(hasBridge: Bool) async throws {
        try await ControlDesk.with(hasBridge: hasBridge) { desk async throws in
            desk.bridge?.names = ["app", "archive", "idle"]
            await desk.store(to: "app", "archive", "gone")
            await desk.store(to: "archive")
            _ = try await desk.spool.configureEndpoints(["app", "archive", "idle"])
            try await desk.spool.hold("archive", as: .paused)
            let listed = try await desk.ask(.get, "/api/v1/endpoints").list("endpoints")
            let views = Dictionary(uniqueKeysWithValues: listed.map { ($0["name"] as? String ?? "", $0) })
            #expect(views.keys.sorted() == ["app", "archive", "gone", "idle"])
            func counts(_ name: String) -> [Int?] {
                ["waiting", "held", "dead"].map { views[name]?[$0] as? Int }
            }
            #expect(counts("app") == [1, 0, 0])
            #expect(counts("archive") == [0, 2, 0])
            #expect(counts("gone") == [0, 1, 0])
            #expect(counts("idle") == [0, 0, 0])
            #expect(views["gone"]?["state"] as? String == "missing")
            #expect((0...60).contains(try #require(views["archive"]?["oldest_waiting_seconds"] as? Int)))
            #expect(views["idle"]?["oldest_waiting_seconds"] == nil)
            #expect(
                try await desk.ask(.post, "/api/v1/endpoints/gone/pause").status == (hasBridge ? 404 : 200))
        }
    }

    @Test func `what needs a bridge says so, and health tells why mail is not wanted`() async throws {
        try await ControlDesk.with(hasBridge: false) { desk async throws in
            for (method, path) in [(ControlRequest.Method.post, "reload"), (.get, "health")] {
                let answer = try await desk.ask(method, "/api/v1/\(path)")
                #expect((answer.status, answer.error) == (503, "\(path) needs a running bridge"))
            }
        }
        try await ControlDesk.with { desk async throws in
            let reload = try await desk.ask(.post, "/api/v1/reload")
            #expect((reload.status, reload.json["applied"] as? Bool) == (200, false))
            #expect(try await desk.ask(.get, "/api/v1/health").text == "{\"problems\":[],\"ready\":true}\n")
            desk.bridge?.problems = ["stopping"]
            let health = try await desk.ask(.get, "/api/v1/health")
            #expect((health.status, health.text) == (503, "{\"problems\":[\"stopping\"],\"ready\":false}\n"))
        }
    }

    @Test func `the spool is counted and looked over`() async throws {
        try await ControlDesk.with { desk async throws in
            await desk.store(to: "app")
            let counted = try await desk.ask(.get, "/api/v1/spool/stats")
            #expect(counted.json["messages"] as? Int == 1)
            #expect(
                counted.json["deliveries"] as? [String: Int] == [
                    "ready": 1, "claimed": 0, "delivered": 0, "dead": 0,
                ])
            let found = try await desk.ask(.post, "/api/v1/spool/fsck", ["bodies": "true"])
            #expect(found.json["clean"] as? Bool == true)
            #expect(
                found.json.keys.sorted() == [
                    "changed_bodies", "clean", "database", "missing_bodies", "orphans", "strays",
                    "unreadable",
                ])
        }
    }
}
