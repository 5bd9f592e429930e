import Delivery
import HTTPTransfer
import Mail
import Testing

@Suite struct AnswerPolicyTests {
    // Sun, 06 Nov 1994 08:49:37 GMT
    private static let now = Timestamp(milliseconds: 784_111_777_000)

    struct Row: Sendable {
        var status: Int
        var headers: [String: String] = [:]
        var permanent: Set<Int> = []
        var fate: Judgement.Fate
        var order: Judgement.Order = .none
    }

    @Test(arguments: [
        Row(status: 200, fate: .delivered), Row(status: 204, fate: .delivered),
        Row(status: 299, fate: .delivered),
        Row(status: 200, headers: ["webhook-delivery": "disable"], fate: .delivered, order: .disable),
        Row(status: 301, fate: .retry), Row(status: 302, headers: ["location": "https://a/"], fate: .retry),
        Row(status: 400, fate: .retry), Row(status: 401, fate: .retry), Row(status: 404, fate: .retry),
        Row(status: 413, fate: .retry), Row(status: 500, fate: .retry), Row(status: 502, fate: .retry),
        Row(status: 999, fate: .retry),
        Row(status: 503, fate: .retry),
        Row(status: 503, headers: ["retry-after": "soon"], fate: .retry),
        Row(status: 503, headers: ["Retry-After": "120"], fate: .giveBack, order: .pause(.seconds(120))),
        Row(status: 500, headers: ["retry-after": "120"], fate: .retry),
        Row(status: 429, fate: .giveBack, order: .pause(nil)),
        Row(status: 429, headers: ["retry-after": "7"], fate: .giveBack, order: .pause(.seconds(7))),
        Row(status: 429, headers: ["retry-after": "0"], fate: .giveBack, order: .pause(.seconds(1))),
        Row(
            status: 429, headers: ["retry-after": "9999999"], fate: .giveBack, order: .pause(.seconds(86_400))
        ),
        Row(
            status: 429, headers: ["retry-after": "Sun, 06 Nov 1994 08:50:07 GMT"], fate: .giveBack,
            order: .pause(.seconds(30))),
        Row(status: 410, fate: .giveBack, order: .disable),
        Row(status: 500, headers: ["webhook-delivery": "Disable"], fate: .giveBack, order: .disable),
        Row(status: 422, headers: ["webhook-delivery": "abort-message"], fate: .dead(.aborted)),
        Row(status: 410, headers: ["webhook-delivery": "abort-message"], fate: .dead(.aborted)),
        Row(status: 400, permanent: [400, 422], fate: .dead(.permanent)),
        Row(status: 422, permanent: [400, 422], fate: .dead(.permanent)),
        Row(status: 401, permanent: [400, 422], fate: .retry),
        Row(status: 410, permanent: [410], fate: .dead(.permanent)),
        Row(status: 500, headers: ["webhook-delivery": "dance"], fate: .retry),
    ])
    func `an answer means what the table says`(row: Row) {
        let response = TransferResponse(
            status: row.status, headers: HeaderBlock(row.headers.map { (name: $0.key, value: $0.value) }))
        let judgement = AnswerPolicy(permanent: row.permanent).judge(.response(response), now: Self.now)
        #expect(judgement == Judgement(row.fate, row.order))
    }

    @Test(arguments: [
        (TransferError.connectionLost, Judgement.Fate.retry), (.timedOut(.waiting), .retry),
        (.nameNotResolved, .retry),
        (.addressRefused("10.0.0.1"), .retry), (.bodyUnreadable, .retry), (.interrupted, .giveBack),
    ])
    func `no answer costs an attempt, unless we stopped ourselves`(error: TransferError, fate: Judgement.Fate)
    {
        #expect(AnswerPolicy().judge(.failed(error), now: Self.now) == Judgement(fate))
    }

    @Test(arguments: [
        ("30", 30), ("1.5", 1), ("0", 1), ("86401", 86_400), ("99999999999999999", 86_400),
        ("Sun, 06 Nov 1994 08:50:37 GMT", 60), ("Sunday, 06-Nov-94 08:50:37 GMT", 60),
        ("Sun Nov  6 08:50:37 1994", 60),
        ("Sat, 05 Nov 1994 08:49:37 GMT", 1), ("Fri, 31 Dec 1999 23:59:59 GMT", 86_400),
    ])
    func `Retry-After in each of its forms`(text: String, seconds: Int) {
        #expect(RetryAfter.pause(text, now: Self.now) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "soon", "-5", "1e3", "Sun, 06 Nov 1994 08:50:37 CET", "Sun, 32 Nov 1994 08:50:37 GMT",
        "Sun, 06 Nix 1994 08:50:37 GMT", "Sun, 06 Nov 1994 25:50:37 GMT", "999999999999999999999999",
    ])
    func `what is no Retry-After is none`(text: String) {
        #expect(RetryAfter.pause(text, now: Self.now) == nil)
    }
}
