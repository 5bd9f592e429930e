import Delivery
import HTTPTransfer
import Mail
import Routing
import Spool
import Synchronization
import TestSupport
import Testing
import Webhook

@Suite(.timeLimit(.minutes(10))) struct DeliveryServiceTests {
    @Test func `a message arrives once, signed, with its id`() async throws {
        let server = RecordingServer { _ in emptyOK }
        defer { server.stop() }
        let secret = WebhookSecret.generate()
        var app = try endpoint("app", at: server.url + "/hook/{ticket}", secret: secret)
        app.headers = [
            ("x-team", try HeaderTemplate("mail {ticket}")), ("Webhook-Id", try HeaderTemplate("forged")),
        ]
        let workshop = try Workshop([app])
        let message = await workshop.receive(for: ["app"], captures: [Capture(name: "ticket", value: "4/2")])
        let request = try #require(await server.requests(1).first)
        let id = DeliveryID(message: message, number: 1)
        #expect(request.line == "POST /hook/4%2F2 HTTP/1.1")
        #expect(request.header("webhook-id") == id.description)
        #expect(request.headers.filter { $0.name == "webhook-id" }.count == 1)
        #expect(request.header("content-type") == "application/json")
        #expect(request.header("user-agent") == "Transom")
        #expect(request.header("transom-attempt") == "1")
        #expect(request.header("x-team") == "mail 4/2")
        let timestamp = try #require(request.header("webhook-timestamp"))
        let signature = try #require(request.header("webhook-signature"))
        let verifier = try SignatureVerifier(key: secret.text)
        let flaw = verifier.flaw(
            id: id.description, timestamp: timestamp, signatures: signature, body: request.body,
            now: WallClock.now())
        #expect(flaw == nil)
        let details = try await workshop.delivery(id) { $0.summary.state == .delivered }
        #expect(details.attempts.map(\.record.result) == [.delivered])
        #expect(details.attempts.first?.record.status == 200)
        await workshop.stop()
        #expect(server.requests.count == 1)
    }

    /// Until November 2026 the spool moved its times and delivery did not, so that all that waited was too old.
    @Test(arguments: [-864_000, 864_000])
    func `a clock that jumps further than give_up_after kills nothing`(seconds: Int64) async throws {
        let jump = Atomic<Int64>(0)
        let server = RecordingServer { request in
            request.header("transom-attempt") == "3" ? emptyOK : answer(500, body: "down")
        }
        defer { server.stop() }
        var app = try endpoint("app", at: server.url)
        app.retry = RetrySchedule(intervals: [.milliseconds(1500)], giveUpAfter: .seconds(600))
        let shift = { @Sendable in Duration.seconds(jump.load(ordering: .relaxed)) }
        let workshop = try Workshop([app], wall: { WallClock.now() + shift() })
        let id = DeliveryID(message: await workshop.receive(for: ["app"]), number: 1)
        _ = try await workshop.delivery(id) { $0.attempts.count == 1 }
        jump.store(seconds, ordering: .relaxed)
        let details = try await workshop.delivery(id) { [.delivered, .dead].contains($0.summary.state) }
        #expect(details.summary.state == .delivered)
        #expect(details.attempts.count == 3)
        await workshop.stop()
    }

    @Test func `a receiver that fails gets it again, under the same id, until it recovers`() async throws {
        let failures = Mutex(3)
        let server = RecordingServer { _ in
            let isFailing = failures.withLock { left in
                defer { left -= 1 }
                return left > 0
            }
            return isFailing ? answer(500, body: "down") : emptyOK
        }
        defer { server.stop() }
        let workshop = try Workshop([endpoint("app", at: server.url)])
        let id = DeliveryID(message: await workshop.receive(for: ["app"]), number: 1)
        let requests = await server.requests(4)
        #expect(Set(requests.map { $0.header("webhook-id") }) == [id.description])
        #expect(requests.map { $0.header("transom-attempt") } == ["1", "2", "3", "4"])
        #expect(Set(requests.map(\.body)).count == 1)
        let details = try await workshop.delivery(id) { $0.summary.state == .delivered }
        #expect(details.attempts.map(\.record.status) == [500, 500, 500, 200])
        #expect(details.attempts.first?.record.response == Array("down".utf8))
        #expect(details.summary.spent == 4)
        await workshop.stop()
    }

    @Test func `an endpoint that asks for a pause gets one, and no attempt is spent`() async throws {
        let isFirst = Mutex(true)
        let server = RecordingServer { _ in
            let wasFirst = isFirst.withLock { first in
                defer { first = false }
                return first
            }
            return wasFirst ? answer(429, ["Retry-After: 1"]) : emptyOK
        }
        defer { server.stop() }
        let workshop = try Workshop([endpoint("app", at: server.url)])
        let start = ContinuousClock.now
        let id = DeliveryID(message: await workshop.receive(for: ["app"]), number: 1)
        _ = await server.requests(1)
        let second = DeliveryID(message: await workshop.receive(for: ["app"]), number: 1)
        _ = await server.requests(3)
        #expect(ContinuousClock.now - start >= .seconds(1))
        let details = try await workshop.delivery(id) { $0.summary.state == .delivered }
        #expect(details.summary.spent == 1)
        #expect(details.attempts.map(\.record.result) == [.deferred, .delivered])
        _ = try await workshop.delivery(second) { $0.summary.state == .delivered }
        await workshop.stop()
    }

    @Test func `what is dead is kept, and a replay sends it under its old id`() async throws {
        let isBroken = Mutex(true)
        let server = RecordingServer { _ in isBroken.withLock { $0 } ? answer(422) : emptyOK }
        defer { server.stop() }
        var app = try endpoint("app", at: server.url)
        app.permanent = [422]
        let workshop = try Workshop([app])
        let id = DeliveryID(message: await workshop.receive(for: ["app"]), number: 1)
        _ = try await workshop.delivery(id) { $0.summary.state == .dead }
        isBroken.withLock { $0 = false }
        #expect(try await workshop.spool.replay([id]) == [id])
        workshop.service.poke()
        _ = try await workshop.delivery(id) { $0.summary.state == .delivered }
        #expect(server.requests.map { $0.header("webhook-id") } == [id.description, id.description])
        await workshop.stop()
    }

    @Test func `the receiver can end one message without losing the endpoint`() async throws {
        let server = RecordingServer { request in
            String(decoding: request.body, as: UTF8.self).contains("poison")
                ? answer(422, ["Webhook-Delivery: abort-message"]) : emptyOK
        }
        defer { server.stop() }
        let workshop = try Workshop([endpoint("app", at: server.url)])
        let bad = await workshop.receive(for: ["app"], text: "Subject: poison\r\n\r\n\r\n")
        let good = await workshop.receive(for: ["app"])
        _ = try await workshop.delivery(DeliveryID(message: bad, number: 1)) { $0.summary.state == .dead }
        _ = try await workshop.delivery(DeliveryID(message: good, number: 1)) {
            $0.summary.state == .delivered
        }
        await workshop.stop()
    }

    @Test func `410 disables the endpoint, holds its queue, and resume sends it`() async throws {
        let isGone = Mutex(true)
        let server = RecordingServer { _ in isGone.withLock { $0 } ? answer(410) : emptyOK }
        defer { server.stop() }
        let workshop = try Workshop([endpoint("app", at: server.url)])
        let first = DeliveryID(message: await workshop.receive(for: ["app"]), number: 1)
        while workshop.spool.endpointStates()["app"]?.holds != .disabled { await Task.yield() }
        #expect(workshop.service.statuses().map(\.state) == [.disabled])
        let second = DeliveryID(message: await workshop.receive(for: ["app"]), number: 1)
        let held = try await workshop.delivery(first) { $0.summary.state == .ready }
        #expect(held.summary.spent == 0)
        isGone.withLock { $0 = false }
        try await workshop.service.resume("app")
        for id in [first, second] { _ = try await workshop.delivery(id) { $0.summary.state == .delivered } }
        await workshop.stop()
    }

    @Test func `a paused endpoint gets nothing until it is resumed`() async throws {
        let server = RecordingServer { _ in emptyOK }
        defer { server.stop() }
        let workshop = try Workshop([endpoint("app", at: server.url)])
        try await workshop.service.pause("app")
        let id = DeliveryID(message: await workshop.receive(for: ["app"]), number: 1)
        #expect(try await workshop.delivery(id) { _ in true }.summary.holds == .paused)
        #expect(workshop.service.statuses().map(\.state) == [.paused])
        #expect(server.requests.isEmpty)
        try await workshop.service.resume("app")
        _ = try await workshop.delivery(id) { $0.summary.state == .delivered }
        await workshop.stop()
    }

    @Test func `an endpoint that never answers holds its share and delays nobody`() async throws {
        let sender = Mutex<RecordingSender?>(nil)
        let server = RecordingServer { _ in emptyOK }
        defer { server.stop() }
        let workshop = try Workshop([
            endpoint("dead", at: "http://127.0.0.1:1/"), endpoint("live", at: server.url),
        ]) {
            let made = RecordingSender(observer: $0)
            sender.withLock { $0 = made }
            return made
        }
        let recording = try #require(sender.withLock { $0 })
        for _ in 0..<1_100 { await workshop.receive(for: ["dead"]) }
        await recording.wait(for: EndpointGovernor.initialLimit)
        let id = DeliveryID(message: await workshop.receive(for: ["live"]), number: 1)
        await recording.wait(for: EndpointGovernor.initialLimit + 1)
        let sent = recording.sent
        #expect(sent.count == EndpointGovernor.initialLimit + 1)
        let last = try #require(sent.last)
        #expect(last.url.hasPrefix(server.url))
        recording.answer(last.token, status: 200)
        _ = try await workshop.delivery(id) { $0.summary.state == .delivered }
        #expect(workshop.service.statuses().first?.waiting ?? 0 <= 1_024)
        await workshop.stop()
    }

    @Test func `an endpoint in order gets the second message only after the first, whatever fails`()
        async throws
    {
        let failures = Mutex(2)
        let server = RecordingServer { _ in
            let isFailing = failures.withLock { left in
                defer { left -= 1 }
                return left > 0
            }
            return isFailing ? answer(503) : emptyOK
        }
        defer { server.stop() }
        var app = try endpoint("app", at: server.url)
        app.isOrdered = true
        let workshop = try Workshop([app])
        var ids: [DeliveryID] = []
        for _ in 0..<5 { ids.append(DeliveryID(message: await workshop.receive(for: ["app"]), number: 1)) }
        let requests = await server.requests(7)
        let first = ids[0]
        #expect(requests.map { $0.header("webhook-id") } == ([first, first] + ids).map(\.description))
        await workshop.stop()
    }

    @Test
    func `what was in flight when the program stopped is sent again after the start, under the same id`()
        async throws
    {
        let isStalling = Mutex(true)
        let server = RecordingServer { connection in
            while connection.readRequest() != nil {
                guard !isStalling.withLock({ $0 }) else { return connection.stall() }
                connection.send(emptyOK)
            }
        }
        defer { server.stop() }
        let app = try endpoint("app", at: server.url)
        let first = try Workshop([app], grace: .milliseconds(10))
        var ids: [DeliveryID] = []
        for _ in 0..<20 { ids.append(DeliveryID(message: await first.receive(for: ["app"]), number: 1)) }
        _ = await server.requests(EndpointGovernor.initialLimit)
        await first.stop(keepsFolder: true)
        isStalling.withLock { $0 = false }
        let second = try Workshop([app], folder: first.path)
        for id in ids {
            let details = try await second.delivery(id) { $0.summary.state == .delivered }
            // The interrupted attempts do not count.
            #expect(details.summary.spent == 1)
        }
        await second.stop()
        #expect(Set(server.requests.compactMap { $0.header("webhook-id") }) == Set(ids.map(\.description)))
    }

    @Test func `more than fits into memory is delivered from the spool`() async throws {
        let server = RecordingServer { _ in emptyOK }
        defer { server.stop() }
        let workshop = try Workshop([endpoint("app", at: server.url)])
        try await workshop.service.pause("app")
        var ids: Set<String> = []
        for _ in 0..<300 {
            ids.insert(DeliveryID(message: await workshop.receive(for: ["app"]), number: 1).description)
        }
        try await workshop.service.resume("app")
        #expect(Set(await server.requests(300).compactMap { $0.header("webhook-id") }) == ids)
        await workshop.stop()
    }

    @Test func `a large message is streamed`() async throws {
        let server = RecordingServer { _ in emptyOK }
        defer { server.stop() }
        var app = try endpoint("app", at: server.url)
        app.raw = .inline
        let workshop = try Workshop([app])
        let line = String(repeating: "x", count: 76) + "\r\n"
        let text = "Subject: large\r\n\r\n" + String(repeating: line, count: 60_000)
        let id = DeliveryID(message: await workshop.receive(for: ["app"], text: text), number: 1)
        let request = try #require(await server.requests(1).first)
        #expect(request.body.count > 2 * text.utf8.count)
        #expect(request.header("content-length") == "\(request.body.count)")
        _ = try await workshop.delivery(id) { $0.summary.state == .delivered }
        await workshop.stop()
    }

    @Test func `endpoints that come and go with a reload keep their deliveries`() async throws {
        let server = RecordingServer { _ in emptyOK }
        defer { server.stop() }
        let (app, other) = (
            try endpoint("app", at: server.url + "/app"), try endpoint("other", at: server.url + "/other")
        )
        let workshop = try Workshop([app])
        try await workshop.service.pause("app")
        let id = DeliveryID(message: await workshop.receive(for: ["app"]), number: 1)
        #expect(try await workshop.service.reconfigure([other]) == ["app": 1])
        _ = try await workshop.delivery(id) { $0.summary.holds == [.paused, .missing] }
        #expect(try await workshop.service.reconfigure([app, other]) == [:])
        try await workshop.service.resume("app")
        _ = try await workshop.delivery(id) { $0.summary.state == .delivered }
        await workshop.stop()
    }
}
