import Foundation
import FuzzTargets
import Testing

/// Replays what the fuzzers started from and what they found.
@Suite struct CorpusTests {
    @Test(arguments: FuzzTarget.all.map(\.name)) func `the saved corpus is parsed to its end`(name: String)
        throws
    {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Corpus/\(name)")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files { target.parse(Array(try Data(contentsOf: file))) }
    }
}
