import Foundation
import Settings
import Testing

@Suite struct PrintTests {
    /// What `config print` writes is a configuration that says the same, but for the secrets.
    @Test(arguments: Fixture.all) func `what is printed can be read again`(fixture: Fixture) throws {
        let given = Given(fixture.input)
        let loaded = SettingsLoader(given.surroundings).load(given.origin, flags: given.flags)
        // A secret that the spool keeps is nowhere written.
        guard let settings = loaded.settings, settings.endpoints.allSatisfy({ !$0.secrets.isEmpty }),
            let printed = loaded.printed()
        else { return }
        let secret = "whsec_YSBzZWNyZXQgZm9yIGp1ZGdlcywgMzIgb2N0ZXRzLi4="
        let text = printed.replacingOccurrences(of: "\"***\"", with: "\"\(secret)\"")
        var files = given.files.filter { !$0.key.hasPrefix("conf.d/") }
        files["transom.yaml"] = FileContents(octets: Array(text.utf8))
        let again = SettingsLoader(Given(files: files).surroundings).load(.file("transom.yaml"))
        let reread = try #require(again.settings, "\(again.diagnostics.map(\.description))")
        let changes = reread.changes(from: settings).filter {
            !$0.path.contains("secret") && !$0.path.contains("Authorization")
        }
        #expect(changes.map(\.description) == [])
    }
}
