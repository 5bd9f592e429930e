import Admin
import Testing

/// Requests that make no sense: each has its status and its sentence, and none does anything.
@Suite struct HostileRequestTests {
    private static let paths: [(ControlRequest.Method, String)] = [
        (.get, ""), (.get, "/"), (.get, "/api"), (.get, "/api/v1"), (.get, "/api/v2/messages"),
        (.get, "/api/v1/../../etc/passwd"), (.get, "/api/v1/\u{0}"), (.get, "/api/v1/messages\u{0}"),
        (.post, "/api/v1/messages"), (.get, "/api/v1/replay"), (.get, "/api/v1/reload"),
        (.post, "/api/v1/health"), (.get, "/api/v1/spool/fsck"), (.post, "/api/v1/spool"),
        (.get, "/api/v1/messages/msg_00000000000000000000000001/raw/more"),
        (.get, "/api/v1/messages/msg_00000000000000000000000001/other"),
        (.get, "/api/v1/messages/msg_00000000000000000000000001"),
        (.get, "/api/v1/deliveries/dlv_00000000000000000000000001_1/more"),
        (.get, "/api/v1/deliveries/dlv_00000000000000000000000001_1"),
        (.post, "/api/v1/endpoints/app/explode"), (.post, "/api/v1/endpoints/app"),
        (.post, "/api/v1/endpoints/app/pause/now"), (.post, "/api/v1/endpoints/\u{1B}[2J/pause"),
        (.get, "/" + String(repeating: "x/", count: 50_000)),
    ]

    @Test(arguments: paths) func `what is not there is 404`(_ method: ControlRequest.Method, _ path: String)
        async throws
    {
        try await ControlDesk.with { desk async throws in
            let answer = try await desk.ask(method, path)
            #expect(answer.status == 404)
            #expect(!answer.error.isEmpty)
            #expect(desk.bridge?.asked == [])
        }
    }

    private static let ids = [
        "x", "msg_", "msg_0000000000000000000000000", "msg_000000000000000000000000010",
        "msg_ZZZZZZZZZZZZZZZZZZZZZZZZZZ", "msg_0000000000000000000000000U",
        "dlv_00000000000000000000000001_1",
        "'; DROP TABLE message; --", "..", "%00", "\u{1F600}", String(repeating: "9", count: 10_000),
    ]

    @Test(arguments: ids) func `what is no id is 400, wherever it stands`(_ id: String) async throws {
        try await ControlDesk.with { desk async throws in
            for path in [
                "/api/v1/messages/\(id)", "/api/v1/messages/\(id)/raw", "/api/v1/messages/\(id)/session",
            ] {
                #expect(try await desk.ask(.get, path).status == 400)
            }
            #expect(try await desk.ask(.get, "/api/v1/messages", ["before": id]).status == 400)
            #expect(try await desk.ask(.get, "/api/v1/deliveries", ["message": id]).status == 400)
            let number = id.hasPrefix("dlv_") ? "dlv_00000000000000000000000001_0" : id
            #expect(try await desk.ask(.get, "/api/v1/deliveries/\(number)").status == 400)
            #expect(try await desk.ask(.get, "/api/v1/deliveries", ["before": number]).status == 400)
        }
    }

    private static let queries: [(String, String, String)] = [
        ("messages", "limit", "0"), ("messages", "limit", "1001"), ("messages", "limit", "-1"),
        ("messages", "limit", ""), ("messages", "limit", "ten"), ("deliveries", "limit", "1e3"),
        ("messages", "limit", "99999999999999999999"), ("deliveries", "state", "waiting"),
        ("deliveries", "state", ""), ("deliveries", "since", "yesterday"),
        ("deliveries", "since", "9223372036854775808"), ("deliveries", "before", "dlv_x_1"),
        ("deliveries", "before", "dlv_00000000000000000000000001_-1"),
        ("deliveries", "before", "dlv_00000000000000000000000001_99999999999999999999"),
    ]

    @Test(arguments: queries)
    func `a parameter that makes no sense is 400`(_ path: String, _ name: String, _ value: String)
        async throws
    {
        try await ControlDesk.with { desk async throws in
            let answer = try await desk.ask(.get, "/api/v1/\(path)", [name: value])
            #expect(answer.status == 400)
            #expect(!answer.error.isEmpty)
        }
    }

    @Test func `the ends of the ranges are taken, and unknown parameters passed over`() async throws {
        try await ControlDesk.with { desk async throws in
            await desk.store(to: "app")
            for query in [
                ["limit": "1"], ["limit": "1000"], ["colour": "red"], ["since": "-9223372036854775808"],
                ["since": "9223372036854775807"], ["endpoint": "' OR 1=1 --"],
                ["before": "dlv_7ZZZZZZZZZZZZZZZZZZZZZZZZZ_9223372036854775807"],
            ] {
                #expect(try await desk.ask(.get, "/api/v1/deliveries", query).status == 200, "\(query)")
            }
            let before = ["before": "msg_7ZZZZZZZZZZZZZZZZZZZZZZZZZ"]
            #expect(try await desk.ask(.get, "/api/v1/messages", before).status == 200)
        }
    }

    private static let bodies = [
        ("", 400), ("null", 400), ("[]", 400), ("{", 400), ("{}", 400), (#"{"ids": "x"}"#, 400),
        (#"{"ids": [1]}"#, 400), (#"{"ids": [null]}"#, 400), (#"{"ids": [], "new_id": "yes"}"#, 400),
        (#"{"ids": [""]}"#, 400), (#"{"ids": ["nope"]}"#, 400),
        (#"{"ids": ["msg_00000000000000000000000001"]}"#, 404),
        (String(repeating: "[", count: 100_000), 400),
        (#"{"ids": "# + String(repeating: "[", count: 100_000), 400),
    ]

    @Test(arguments: bodies) func `a replay that makes no sense replays nothing`(
        _ body: String, _ status: Int
    )
        async throws
    {
        try await ControlDesk.with { desk async throws in
            let answer = try await desk.ask(.post, "/api/v1/replay", body: body)
            #expect(answer.status == status)
            #expect(!answer.error.isEmpty)
            #expect(desk.bridge?.asked == [])
        }
    }
}
