import Foundation
import Settings
import Testing

@Suite struct ReferenceTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        .standardizedFileURL
    static let page = root.appending(path: "docs/configuration.md").path()
    static let begin = "<!-- options: written by scripts/generate from Sources/Settings/Sections*.swift -->\n"
    static let end = "\n<!-- options end -->"

    @Test func `the reference page is what the options say`() throws {
        let page = try String(contentsOfFile: Self.page, encoding: .utf8)
        let head = page.components(separatedBy: Self.begin)
        let tail = page.components(separatedBy: Self.end)
        try #require(head.count == 2 && tail.count == 2)
        let made = head[0] + Self.begin + ConfigurationReference.markdown + Self.end + tail[1]
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            try made.write(toFile: Self.page, atomically: true, encoding: .utf8)
        } else {
            #expect(page == made, "docs/configuration.md is stale: run make generate")
        }
    }

    @Test func `the schema is JSON and knows the options`() throws {
        let object =
            try JSONSerialization.jsonObject(with: Data(ConfigurationSchema.json.utf8)) as? [String: Any]
        let properties = try #require(object?["properties"] as? [String: Any])
        #expect(properties.keys.sorted().contains("endpoints"))
        #expect(properties["scanners"] == nil)
    }

    static let examples: [String] = {
        let folder = root.appending(path: "Examples/config").path()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".yaml") }.sorted().map { folder + "/" + $0 }
    }()

    @Test(arguments: examples) func `an example is accepted without a warning`(path: String) throws {
        let secret = "whsec_YSBzZWNyZXQgZm9yIGp1ZGdlcywgMzIgb2N0ZXRzLi4="
        let surroundings = Surroundings(
            environment: ["APP_WEBHOOK_SECRET": secret], hostname: "host.example",
            readFile: { asked throws(FileProblem) in
                let text = asked == "/var/lib/app/recipients" ? "ann@customer.example" : secret
                guard asked.hasPrefix("/run/secrets/") || asked.hasPrefix("/var/") else {
                    return FileContents(
                        octets: Array((try? Data(contentsOf: URL(filePath: asked))) ?? Data()))
                }
                return FileContents(octets: Array((text + "\n").utf8))
            },
            listFolder: { _ in [] }, isWritable: { _ in true }, mayListen: { _ in true })
        let loaded = SettingsLoader(surroundings).load(.file(path))
        #expect(loaded.diagnostics.map(\.description) == [])
        #expect(loaded.settings != nil)
    }
}
