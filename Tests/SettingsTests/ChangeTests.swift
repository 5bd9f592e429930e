import Settings
import Testing

@Suite struct ChangeTests {
    static let before = """
        smtp: { listeners: [{ name: mx, address: "127.0.0.1:2525" }] }
        spool: { path: /a }
        endpoints:
          app: { url: "https://u:one@h/", secret: whsec_YSBzZWNyZXQgZm9yIGp1ZGdlcywgMzIgb2N0ZXRzLi4= }
          old: { url: "https://h/", secret: whsec_YSBzZWNyZXQgZm9yIGp1ZGdlcywgMzIgb2N0ZXRzLi4= }
        routes:
          - { name: all, match: { recipient: "file:people" }, deliver: app }
        === file people
        a@b
        """
    static let after = """
        smtp: { listeners: [{ name: mx, address: "127.0.0.1:2526" }], limits: { recipients: 7 } }
        spool: { path: /b }
        endpoints:
          app: { url: "https://u:two@h/", secret: whsec_YW5vdGhlciBzZWNyZXQsIDMyIG9jdGV0cyBsb25nLi4= }
        routes:
          - { name: all, match: { recipient: "file:people" }, deliver: app, continue: true }
          - { name: more, discard: true }
        === file people
        a@c
        """

    @Test func `a reload tells what it changes, and no secret`() throws {
        let running = try #require(load(Self.before))
        #expect(running.changes(from: running).isEmpty)
        let changes = try #require(load(Self.after)).changes(from: running)
        let told = changes.map(\.description)
        for expected in [
            "smtp.listeners.mx.address: \"127.0.0.1:2525\" → \"127.0.0.1:2526\"",
            "smtp.limits.recipients: 100 → 7",
            "spool.path: /a → /b", "endpoints.app.url: changed", "endpoints.app.secret: changed",
            "endpoints.old: removed", "routes.all.match.recipient: changed",
            "routes.all.continue: false → true", "routes.more: added",
        ] {
            #expect(told.contains(expected), "\(expected)")
        }
        #expect(changes.count == 9, "\(told)")
        #expect(!told.joined().contains("two") && !told.joined().contains("YW5v"))
        #expect(changes.filter(\.needsRestart).map(\.path) == ["spool.path"])
    }

    private func load(_ text: String) -> BridgeSettings? {
        let given = Given("=== file transom.yaml\n" + text + "\n")
        return SettingsLoader(given.surroundings).load(given.origin).settings
    }
}
