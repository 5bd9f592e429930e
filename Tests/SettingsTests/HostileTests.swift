import Foundation
import Settings
import Testing

/// What no file may do to the loader: stop it, or keep it busy.
@Suite struct HostileTests {
    /// Examples with octets changed, lost, doubled and swapped: always settings or errors, with places in the file.
    @Test(arguments: 0..<60) func `a damaged file is an error or a configuration`(seed: UInt64) throws {
        var random = Generator(seed: seed)
        let path = try #require(ReferenceTests.examples.randomElement(using: &random))
        var octets = Array(try Data(contentsOf: URL(filePath: path)))
        for _ in 0..<Int.random(in: 1...12, using: &random) { damage(&octets, &random) }
        let loaded = load(octets)
        #expect((loaded.settings == nil) == loaded.diagnostics.contains { $0.severity == .error })
        let lines = octets.count { $0 == UInt8(ascii: "\n") } + 2
        for diagnostic in loaded.diagnostics {
            #expect((1...lines).contains(diagnostic.place?.line ?? 1) && diagnostic.place?.column ?? 1 >= 1)
        }
    }

    private func damage(_ octets: inout [UInt8], _ random: inout Generator) {
        let place = Int.random(in: 0..<octets.count, using: &random)
        let signs = Array("\"'*&{}[]:-#|>?%@`!,\\\n\t \u{E9}\u{0}${".utf8)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: octets[place] = signs.randomElement(using: &random) ?? 0
        case 1: octets.remove(at: place)
        case 2: octets.insert(signs.randomElement(using: &random) ?? 0, at: place)
        case 3: octets.insert(contentsOf: octets[place..<min(place + 40, octets.count)], at: place)
        default: octets.swapAt(place, Int.random(in: 0..<octets.count, using: &random))
        }
    }

    static let bombs: [(String, String)] = [
        ("aliases", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"),
        ("an alias as a key", "? &a [b, b]\n: c\n? *a\n: d\n"),
        ("brackets", String(repeating: "[", count: 100_000)),
        ("braces", String(repeating: "{a: ", count: 100_000)),
        ("dashes", String(repeating: "- ", count: 100_000)),
        ("indentation", (0..<2_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()),
        ("question marks", String(repeating: "? ", count: 100_000)),
        ("a large file", String(repeating: "# nothing here\n", count: 300_000)),
        ("a key twice, often", String(repeating: "smtp: {}\n", count: 2_000)),
        ("many unknown keys", (0..<2_000).map { "k\($0): 1\n" }.joined()),
        ("a long line", "smtp: { hostname: " + String(repeating: "a", count: 1_000_000) + " }\n"),
        ("no text", "smtp: \u{FFFE}\n"),
    ]

    @Test(arguments: bombs) func `no file keeps the loader busy`(name: String, text: String) {
        let clock = ContinuousClock()
        var loaded: LoadedSettings?
        let time = clock.measure { loaded = load(Array(text.utf8)) }
        #expect(loaded?.settings == nil)
        #expect(loaded?.diagnostics.isEmpty == false)
        #expect(time < .seconds(30), "\(name)")
    }

    @Test func `octets that are no UTF-8 are told with their line`() {
        let loaded = load(Array("smtp: {}\nlog: {}\n".utf8) + [0xFF, 0x0A])
        #expect(loaded.diagnostics.first?.place == Place(source: "transom.yaml", line: 3, column: 1))
    }

    @Test func `a byte order mark and CR LF make no difference`() {
        let text = "\u{FEFF}smtp:\r\n  hostnam: a\r\n"
        let loaded = load(Array(text.utf8))
        #expect(loaded.diagnostics.contains { $0.place == Place(source: "transom.yaml", line: 2, column: 3) })
        #expect(loaded.diagnostics.allSatisfy { $0.sourceLine?.contains("\r") != true })
    }

    private func load(_ octets: [UInt8]) -> LoadedSettings {
        let secret = "whsec_YSBzZWNyZXQgZm9yIGp1ZGdlcywgMzIgb2N0ZXRzLi4="
        let surroundings = Surroundings(
            environment: ["APP_WEBHOOK_SECRET": secret], hostname: "host.example",
            readFile: { path throws(FileProblem) in
                path == "transom.yaml"
                    ? FileContents(octets: octets) : FileContents(octets: Array(secret.utf8))
            },
            listFolder: { _ in [] }, isWritable: { _ in true }, mayListen: { _ in true })
        return SettingsLoader(surroundings).load(.file("transom.yaml"))
    }
}

/// A small generator whose sequence is the same everywhere.
private struct Generator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
