import Mail
import Testing
import Webhook

@Suite struct SignatureVerifierTests {
    private let good = StandardWebhooksTests.vectors[0]

    @Test(
        arguments: [
            ("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA=", .mismatch(tried: 1)),
            ("v1,", .mismatch(tried: 1)),
            ("v1,garbage", .mismatch(tried: 1)),
            ("", .versionMissing(version: "v1")),
            ("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", .versionMissing(version: "v1")),
            ("v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", .versionMissing(version: "v1")),
            (
                "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,x v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,y",
                nil
            ),
        ] as [(String, SignatureFlaw?)])
    func `one good signature among others is enough, and none is not`(
        signatures: String, expected: SignatureFlaw?
    ) throws {
        let flaw = try SignatureVerifier(key: good.0).flaw(
            id: good.1, timestamp: String(good.2), signatures: signatures, body: Array(good.3.utf8),
            now: Timestamp(milliseconds: good.2 * 1000))
        #expect(flaw == expected)
    }

    @Test(
        arguments: [
            (300_000, nil), (300_999, nil),
            (301_000, .timestampTooOld(age: .seconds(301), tolerance: .seconds(300))),
            (-300_000, nil), (-301_000, .timestampTooNew(ahead: .seconds(301), tolerance: .seconds(300))),
        ] as [(Int64, SignatureFlaw?)])
    func `a timestamp may lie five minutes off, not a second more`(age: Int64, expected: SignatureFlaw?)
        throws
    {
        let flaw = try SignatureVerifier(key: good.0).flaw(
            id: good.1, timestamp: String(good.2), signatures: good.4, body: Array(good.3.utf8),
            now: Timestamp(milliseconds: good.2 * 1000 + age))
        #expect(flaw == expected)
    }

    @Test(arguments: [
        "", "x", "1.5", "+1614265330", " 1614265330", "99999999999999999999", "9223372036854775807",
    ])
    func `a timestamp that is no number of seconds is refused`(timestamp: String) throws {
        let flaw = try SignatureVerifier(key: good.0).flaw(
            id: good.1, timestamp: timestamp, signatures: good.4, body: [], now: Timestamp(milliseconds: 0))
        #expect(flaw == .timestampUnreadable)
    }

    @Test func `a change of id, timestamp or body is found`() throws {
        let verifier = try SignatureVerifier(key: String(good.0.dropFirst("whsec_".count)))
        let now = Timestamp(milliseconds: good.2 * 1000)
        for (id, seconds, body) in [
            (good.1 + "x", good.2, good.3), (good.1, good.2 + 1, good.3), (good.1, good.2, good.3 + " "),
        ] {
            let flaw = verifier.flaw(
                id: id, timestamp: String(seconds), signatures: good.4, body: Array(body.utf8), now: now)
            #expect(flaw == .mismatch(tried: 1))
        }
    }
}
