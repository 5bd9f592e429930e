import HTTPTransfer
import SlowNames
import TestSupport
import Testing

@Suite struct TransferEngineTests {
    @Test func `a body from memory arrives with its headers and nothing libcurl adds`() async throws {
        let server = RecordingServer { _ in answer(202, ["X-Seen: yes"], body: "thanks") }
        defer { server.stop() }
        let engine = AwaitedEngine()
        let result = await engine.post(
            server.url + "/hook?x=1", headers: [("content-type", "application/json"), ("x-empty", "")])
        #expect(result.status == 202)
        #expect(result.response?.headers.first("x-seen") == "yes")
        #expect(result.response?.bodyPrefix == Array("thanks".utf8))
        #expect(result.remoteAddress == "127.0.0.1:\(server.port)")
        #expect(result.phases.total > .zero)
        let request = try #require(server.requests.first)
        #expect(request.line == "POST /hook?x=1 HTTP/1.1")
        #expect(request.body == Array("hello".utf8))
        #expect(
            request.headers.map(\.name).sorted() == [
                "accept", "content-length", "content-type", "host", "x-empty",
            ])
    }

    @Test func `an empty body is sent as one`() async throws {
        let server = RecordingServer { _ in emptyOK }
        defer { server.stop() }
        #expect(await AwaitedEngine().post(server.url, body: .memory([])).status == 200)
        #expect(server.requests.first?.header("content-length") == "0")
    }

    @Test func `a large stream goes without waiting for 100 Continue and without chunks`() async throws {
        let server = RecordingServer { _ in emptyOK }
        defer { server.stop() }
        let count = 1 << 20 | 1
        let result = await AwaitedEngine().post(server.url, body: .stream(CountingStream(count: count)))
        #expect(result.status == 200)
        let request = try #require(server.requests.first)
        #expect(request.body == CountingStream.octets(0..<count))
        #expect(request.header("expect") == nil)
        #expect(request.header("transfer-encoding") == nil)
        #expect(request.header("content-length") == "\(count)")
    }

    @Test func `interim answers are passed over`() async {
        let server = RecordingServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-A: early\r\n\r\n")
            connection.send(answer(200, ["X-B: late"]))
        }
        defer { server.stop() }
        let result = await AwaitedEngine().post(server.url)
        #expect(result.status == 200)
        #expect(result.response?.headers.first("x-a") == nil)
        #expect(result.response?.headers.first("X-B") == "late")
    }

    @Test func `a chunked answer is read`() async {
        let server = RecordingServer { _ in
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwiki\r\n5\r\npedia\r\n0\r\n\r\n"
        }
        defer { server.stop() }
        #expect(await AwaitedEngine().post(server.url).response?.bodyPrefix == Array("wikipedia".utf8))
    }

    @Test func `a redirect is an answer and is never followed`() async {
        let server = RecordingServer { _ in answer(302, ["Location: http://127.0.0.1:1/"]) }
        defer { server.stop() }
        #expect(await AwaitedEngine().post(server.url).status == 302)
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [200, 500])
    func `a body without end is cut after the status decided`(status: Int) async {
        let server = RecordingServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 \(status) Word\r\n\r\n")
            for _ in 0..<64 { connection.send([UInt8](repeating: 0x61, count: 65_536)) }
        }
        defer { server.stop() }
        let result = await AwaitedEngine().post(server.url)
        #expect(result.status == status)
        #expect(result.response?.bodyPrefix.count == TransferLimits().storedBody)
        #expect(result.response?.isTruncated == true)
    }

    @Test func `a header without end is refused`() async {
        let server = RecordingServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\n")
            for number in 0..<1000 {
                connection.send("X-\(number): \(String(repeating: "a", count: 200))\r\n")
            }
            connection.send("\r\n")
        }
        defer { server.stop() }
        #expect(await AwaitedEngine().post(server.url).error == .responseHeaderTooLarge(limit: 65_536))
    }

    @Test func `half a success is a failure, half a refusal is a refusal`() async {
        let server = RecordingServer { connection in
            guard let request = connection.readRequest() else { return }
            let status = request.line.contains("/good") ? 200 : 422
            connection.send("HTTP/1.1 \(status) Word\r\nContent-Length: 1000\r\n\r\nonly this")
        }
        defer { server.stop() }
        let engine = AwaitedEngine()
        #expect(await engine.post(server.url + "/good").error == .responseIncomplete(status: 200))
        #expect(await engine.post(server.url + "/bad").status == 422)
    }

    @Test(arguments: [("", TransferError.connectionLost), ("SMTP is not HTTP\r\n\r\n", .malformedResponse)])
    func `what is no answer is an error`(text: String, error: TransferError) async {
        let server = RecordingServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send(text)
        }
        defer { server.stop() }
        let result = await AwaitedEngine().post(server.url)
        #expect(result.error == error)
    }

    @Test func `a reset is a lost connection`() async {
        let server = RecordingServer { connection in
            _ = connection.readRequest()
            connection.resetAtEnd()
        }
        defer { server.stop() }
        #expect(await AwaitedEngine().post(server.url).error == .connectionLost)
        #expect(server.connections == 1)
    }

    @Test func `a receiver that never answers runs into the timeout`() async {
        let server = RecordingServer { connection in
            _ = connection.readRequest()
            connection.stall()
        }
        defer { server.stop() }
        #expect(
            await AwaitedEngine().post(server.url, timeout: .milliseconds(200)).error == .timedOut(.waiting))
    }

    @Test func `an answer that drips runs into the timeout`() async {
        let server = RecordingServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx")
            connection.stall()
        }
        defer { server.stop() }
        #expect(
            await AwaitedEngine().post(server.url, timeout: .milliseconds(200)).error == .timedOut(.receiving)
        )
    }

    @Test func `a refused connection is named`() async {
        let server = RecordingServer { _ in emptyOK }
        server.stop()
        while server.isListening {}
        let result = await AwaitedEngine().post(server.url)
        guard case .notConnected = result.error else {
            Issue.record("got \(result.outcome)")
            return
        }
    }

    @Test func `a connection is used again`() async {
        let server = RecordingServer { _ in emptyOK }
        defer { server.stop() }
        let engine = AwaitedEngine()
        #expect(await engine.post(server.url).wasReused == false)
        #expect(await engine.post(server.url).wasReused == true)
        #expect(server.connections == 1)
    }

    @Test(arguments: [false, true])
    func `a reused connection that died is replaced at once, with the whole body`(isReset: Bool) async throws
    {
        let server = RecordingServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send(emptyOK)
            // The first connection dies while the second request is on its way.
            if connection.number == 1 {
                _ = connection.readHeader()
                if isReset { connection.resetAtEnd() }
                return
            }
            while connection.readRequest() != nil { connection.send(emptyOK) }
        }
        defer { server.stop() }
        let engine = AwaitedEngine()
        #expect(await engine.post(server.url).status == 200)
        let result = await engine.post(server.url, body: .stream(CountingStream(count: 300_000)))
        #expect(result.status == 200)
        #expect(server.connections == 2)
        #expect(server.requests.last?.body == CountingStream.octets(0..<300_000))
    }

    @Test func `a body that cannot be read is our fault, not the receiver's`() async {
        let server = RecordingServer { _ in emptyOK }
        defer { server.stop() }
        #expect(
            await AwaitedEngine().post(server.url, body: .stream(BrokenStream())).error == .bodyUnreadable)
    }

    @Test func `a header that would break out is refused before anything is sent`() async {
        let server = RecordingServer { _ in emptyOK }
        defer { server.stop() }
        let result = await AwaitedEngine().post(server.url, headers: [("x", "a\r\nwebhook-id: forged")])
        #expect(result.error == .badHeader(name: "x"))
        #expect(server.connections == 0)
    }

    @Test func `loopback needs permission`() async {
        let server = RecordingServer { _ in emptyOK }
        defer { server.stop() }
        let engine = AwaitedEngine()
        #expect(await engine.post(server.url, egress: .publicOnly).error == .addressRefused("127.0.0.1"))
        #expect(server.connections == 0)
    }

    @Test func `a connection made under looser rules is not lent to stricter ones`() async {
        let server = RecordingServer { _ in emptyOK }
        defer { server.stop() }
        let engine = AwaitedEngine()
        #expect(await engine.post(server.url).status == 200)
        #expect(await engine.post(server.url, egress: .publicOnly).error == .addressRefused("127.0.0.1"))
        #expect(server.requests.count == 1)
        #expect(await engine.post(server.url).status == 200)
    }

    @Test(arguments: [
        "http://169.254.169.254/latest/", "http://[::ffff:169.254.169.254]/", "http://0/",
        "http://[fe80::1]/",
        "http://100.100.100.200/", "http://[64:ff9b::169.254.169.254]/", "http://224.0.0.1/",
    ])
    func `some addresses are refused whatever the permission`(url: String) async {
        let result = await AwaitedEngine().post(url, egress: .privateToo)
        guard case .addressRefused = result.error else {
            Issue.record("got \(result.outcome)")
            return
        }
    }

    @Test func `the CA file that is missing is named`() async {
        let result = await AwaitedEngine().post("https://127.0.0.1:1/", caFile: "/nonexistent.pem")
        #expect(result.error == .caFileUnreadable(path: "/nonexistent.pem", code: 2))
    }

    @Test func `a name without an address is a failure of its own`() async {
        #expect(await AwaitedEngine().post("http://a.gone.test/").error == .nameNotResolved)
    }

    @Test func `names that hang delay nobody else and leave few threads`() async {
        let server = RecordingServer { _ in emptyOK }
        defer { server.stop() }
        var limits = TransferLimits()
        limits.connect = .seconds(1)
        limits.lookups = 8
        let engine = AwaitedEngine(limits: limits)
        let before = slow_names_hanging()
        let hung = (0..<40).map { engine.start("http://name\($0 % 4).hang.test/", timeout: .seconds(1)) }
        let well = [engine.start(server.url), engine.start("http://b.here.test:\(server.port)/")]
        for token in well { #expect(await engine.result(token).status == 200) }
        for token in hung { #expect(await engine.result(token).error == .nameLookupTimedOut) }
        #expect(engine.order.prefix(2).sorted() == well)
        #expect(slow_names_hanging() - before <= 4)
    }

    @Test func `who gets no place in time is interrupted, not failed`() async {
        let (stalling, server) = (RecordingServer { $0.stall() }, RecordingServer { _ in emptyOK })
        defer {
            stalling.stop()
            server.stop()
        }
        var limits = TransferLimits()
        limits.inFlight = 1
        let engine = AwaitedEngine(limits: limits)
        let first = engine.start(stalling.url, timeout: .seconds(2))
        let others = [server.url, "http://b.here.test:\(server.port)/"].map {
            engine.start($0, timeout: .milliseconds(300))
        }
        for token in others { #expect(await engine.result(token).error == .interrupted) }
        #expect(await engine.result(first).error == .timedOut(.waiting))
    }

    @Test func `many transfers to one name cost one lookup`() async {
        let server = RecordingServer { _ in emptyOK }
        defer { server.stop() }
        let engine = AwaitedEngine()
        let before = slow_names_lookups()
        let tokens = (0..<20).map { _ in engine.start("http://many.counted.here.test:\(server.port)/") }
        for token in tokens { #expect(await engine.result(token).status == 200) }
        #expect(slow_names_lookups() - before <= 2)
    }

    @Test func `shutdown lets what is in flight end`() async {
        let server = RecordingServer { _ in emptyOK }
        defer { server.stop() }
        let engine = AwaitedEngine()
        let tokens = (0..<10).map { _ in engine.start(server.url) }
        await engine.shutdown(within: .seconds(5))
        for token in tokens { #expect(await engine.result(token).status == 200) }
        #expect(await engine.post(server.url).error == .interrupted)
    }

    @Test func `shutdown interrupts what takes too long`() async {
        let server = RecordingServer { $0.stall() }
        defer { server.stop() }
        let engine = AwaitedEngine()
        let token = engine.start(server.url)
        await engine.shutdown(within: .milliseconds(50))
        #expect(await engine.result(token).error == .interrupted)
    }

    @Test(arguments: [(UInt32(0x07_58_01), 2), (0x08_02_00, 2), (0x08_02_01, 4)])
    func `HTTP/2 waits for a libcurl that can do it`(version: UInt32, option: Int) {
        #expect(CurlLibrary.httpVersion(for: version) == option)
    }
}
