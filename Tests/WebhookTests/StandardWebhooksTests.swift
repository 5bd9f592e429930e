import Mail
import Testing
import Webhook

@Suite struct StandardWebhooksTests {
    /// What the specification, Svix and we published: key, id, timestamp, body, signature.
    static let vectors: [(String, String, Int64, String, String)] = [
        (
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330,
            #"{"test": 2432232314}"#, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        ),
        (
            "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1_649_367_553,
            #"{"email":"test@example.com","username":"test_user"}"#,
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="
        ),
        (
            "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==",
            "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, #"{"test": 2432232314}"#,
            "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="
        ),
        (
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "",
            "v1,v48jdbgvh29KJz2Qc+ghw8G6vG3nAKnujWBg8oM/62A="
        ),
        (
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330,
            #"{"subject":"Grüße 🎉"}"#, "v1,Zf3c0mA4Nq0yjF1T28iTB8akHsUaSvOqdsCSjOp75Co="
        ),
        (
            "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==",
            "msg_1",
            1_700_000_000, "{}", "v1,Jh0/MObzKQrTyPme0d8AVe9n6aTJ51mUL9aH5mPKJ/w="
        ),
        (
            "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", "msg_1", 1_700_000_000, "{}",
            "v1,ehZEL34p4RtokJ76Mky/c6YT0NkxG/H/gdzahhXIyv0="
        ),
    ]

    @Test(arguments: vectors)
    func `signatures are those of the published vectors`(
        key: String, id: String, seconds: Int64, body: String, signature: String
    ) throws {
        let signer = try signer(keys: [key])
        for _ in 0..<2 {
            let headers = try signer.headers(
                id: id, timestamp: Timestamp(milliseconds: seconds * 1000 + 999),
                body: .memory(Array(body.utf8)))
            #expect(headers.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
            #expect(headers.map(\.value) == [id, String(seconds), signature])
        }
    }

    @Test(arguments: vectors)
    func `the verifier accepts the published vectors`(
        key: String, id: String, seconds: Int64, body: String, signature: String
    ) throws {
        let flaw = try SignatureVerifier(key: key).flaw(
            id: id, timestamp: String(seconds), signatures: signature, body: Array(body.utf8),
            now: Timestamp(milliseconds: seconds * 1000))
        #expect(flaw == nil)
    }

    @Test func `every secret signs, the newest first, and the signing key last`() throws {
        let keys = [Self.vectors[1].0, Self.vectors[0].0, Self.vectors[2].0]
        let (_, id, seconds, body, signature) = Self.vectors[0]
        let headers = try signer(keys: keys).headers(
            id: id, timestamp: Timestamp(milliseconds: seconds * 1000), body: .memory(Array(body.utf8)))
        let items = headers[2].value.split(separator: " ").map(String.init)
        #expect(items.count == 3)
        #expect(items[1] == signature)
        #expect(items[2] == Self.vectors[2].4)
    }

    @Test func `a rotating secret verifies with the old and with the new one`() throws {
        let secrets = [WebhookSecret.generate(), WebhookSecret.generate()]
        let body = Array("body".utf8)
        let now = Timestamp(milliseconds: 1_700_000_000_000)
        let headers = try StandardWebhooks(secrets: secrets).headers(
            id: "dlv_1", timestamp: now, body: .memory(body))
        for secret in secrets {
            let flaw = try SignatureVerifier(key: secret.text).flaw(
                id: "dlv_1", timestamp: headers[1].value, signatures: headers[2].value, body: body, now: now)
            #expect(flaw == nil)
        }
    }

    private func signer(keys: [String]) throws -> StandardWebhooks {
        let secrets = try keys.filter { $0.hasPrefix("whsec_") }.map { try WebhookSecret($0) }
        let signingKeys = try keys.filter { $0.hasPrefix("whsk_") }.map { try WebhookSigningKey($0) }
        return StandardWebhooks(secrets: secrets, signingKey: signingKeys.first)
    }
}
