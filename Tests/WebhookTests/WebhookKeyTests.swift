import Testing
import Webhook

@Suite struct WebhookKeyTests {
    @Test(
        arguments: [
            ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", .missingPrefix(prefix: "whsec_")),
            ("whsec_", .wrongSize(octets: 0, allowed: "24 to 64")),
            ("whsec_!", .notBase64),
            ("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRY=", .wrongSize(octets: 23, allowed: "24 to 64")),
        ] as [(String, WebhookKeyError)])
    func `a secret that cannot be used says why`(text: String, expected: WebhookKeyError) {
        #expect(throws: expected) { try WebhookSecret(text) }
    }

    @Test func `a made secret reads back and every secret differs`() throws {
        let secret = WebhookSecret.generate()
        #expect(try WebhookSecret(secret.text) == secret)
        #expect(secret != WebhookSecret.generate())
        #expect(secret.text.utf8.count == 6 + 44)
    }

    @Test func `a signing key is taken with and without its public half and written with it`() throws {
        let long = StandardWebhooksTests.vectors[2].0
        let key = try WebhookSigningKey(long)
        #expect(key.text == long)
        #expect(key.publicText == "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=")
        let seed = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbc="
        #expect(try WebhookSigningKey(seed).text == long)
        let mixed = long.replacing("VKIDij2H", with: "VKIDij2I")
        #expect(throws: WebhookKeyError.publicKeyMismatch) { try WebhookSigningKey(mixed) }
        #expect(throws: WebhookKeyError.wrongSize(octets: 24, allowed: "32 or 64")) {
            try WebhookSigningKey("whsk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX")
        }
    }
}
