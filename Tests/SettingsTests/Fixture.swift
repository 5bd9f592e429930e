import Foundation
import Settings
import Testing

/// A case in a file: what is given, a line of dashes, and what must come out.
///
/// What is given is `transom.yaml`, or several things under headings: `=== file PATH`, `=== public PATH` for a file
/// that everybody may read, `=== env` and `=== flags` with `NAME=VALUE` lines, `=== no file`.
struct Fixture: CustomTestStringConvertible, Sendable {
    let path: String
    let input: String
    let expected: String

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    /// All cases, by name.
    static var all: [Fixture] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return names.filter { $0.hasSuffix(".txt") }.sorted().map { Fixture($0) }
    }

    init(_ name: String) {
        path = Self.folder.appending(path: name).path()
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let parts = text.components(separatedBy: "\n" + Self.dashes + "\n")
        input = parts[0] + "\n"
        expected = parts.count > 1 ? parts[1] : ""
    }

    static let dashes = String(repeating: "-", count: 20)

    var testDescription: String { URL(filePath: path).deletingPathExtension().lastPathComponent }

    /// What comes out: the diagnostics, then what was written somewhere.
    var outcome: String {
        let given = Given(input)
        let loaded = SettingsLoader(given.surroundings).load(given.origin, flags: given.flags)
        let printed = loaded.printed(.written).map { ["ok", $0] } ?? []
        return (loaded.diagnostics.map(\.description) + printed).joined(separator: "\n").trimmed + "\n"
    }

    /// Writes what comes out into the file.
    func update(_ outcome: String) throws {
        try (input + Self.dashes + "\n" + outcome).write(toFile: path, atomically: true, encoding: .utf8)
    }
}

/// The machine that a fixture describes.
struct Given {
    private(set) var files: [String: FileContents] = [:]
    private(set) var environment: [String: String] = [:]
    private(set) var flags: [String: String] = [:]
    private(set) var origin = SettingsLoader.Origin.file("transom.yaml")

    init(files: [String: FileContents]) {
        self.files = files
    }

    init(_ input: String) {
        guard input.hasPrefix("=== ") else {
            files["transom.yaml"] = FileContents(octets: Array(input.utf8))
            return
        }
        for part in ("\n" + input).components(separatedBy: "\n=== ").dropFirst() {
            let (heading, body) = part.cut("\n")
            add(heading, body)
        }
    }

    private mutating func add(_ heading: String, _ body: String) {
        let (word, path) = heading.cut(" ")
        let assignments = body.split(separator: "\n").map { String($0).cut("=") }
        switch word {
        case "file": files[path] = FileContents(octets: Array((body + "\n").utf8))
        case "public": files[path] = FileContents(octets: Array((body + "\n").utf8), isWorldReadable: true)
        case "env": environment = Dictionary(assignments, uniquingKeysWith: { $1 })
        case "flags": flags = Dictionary(assignments, uniquingKeysWith: { $1 })
        default: origin = .environment
        }
    }

    var surroundings: Surroundings {
        let files = files
        return Surroundings(
            environment: environment, hostname: "host.example",
            readFile: { path throws(FileProblem) in
                guard let file = files[path] else { throw .missing }
                return file
            },
            listFolder: { folder in
                files.keys.filter { $0.hasPrefix(folder + "/") }.map {
                    String($0.dropFirst(folder.count + 1))
                }
            },
            isWritable: { $0 == "/var/lib/transom" },
            mayListen: { $0 != 25 })
    }
}

extension String {
    /// What stands before and behind the first `separator`.
    fileprivate func cut(_ separator: Character) -> (String, String) {
        guard let index = firstIndex(of: separator) else { return (self, "") }
        return (String(self[..<index]), String(self[self.index(after: index)...]))
    }

    fileprivate var trimmed: String { trimmingCharacters(in: .newlines) }
}
