import Assembly
import Foundation
import Testing

@Suite struct LogOutputTests {
    /// What comes out of a pipe whose other end an output writes to.
    private final class Reader: Sendable {
        let pipe = Pipe()
        let output: LogOutput

        init() { output = LogOutput(pipe.fileHandleForWriting.fileDescriptor) }

        /// The lines up to the end.
        func rest() throws -> [String] {
            let text = try pipe.fileHandleForReading.readToEnd() ?? Data()
            return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
        }

        func line(_ text: String, isUrgent: Bool = false) {
            output.append(Array("\(text)\n".utf8), isUrgent: isUrgent)
        }
    }

    @Test func `an urgent line takes those before it along`() throws {
        let reader = Reader()
        reader.output.collect { _ in [] }
        reader.line("first")
        reader.line("second", isUrgent: true)
        #expect(reader.pipe.fileHandleForReading.availableData == Data("first\nsecond\n".utf8))
    }

    @Test func `a line that is not urgent leaves by itself`() throws {
        let reader = Reader()
        reader.output.collect { _ in [] }
        reader.line("alone")
        #expect(reader.pipe.fileHandleForReading.availableData == Data("alone\n".utf8))
    }

    @Test func `before lines are collected each is written at once`() throws {
        let reader = Reader()
        reader.line("early")
        #expect(reader.pipe.fileHandleForReading.availableData == Data("early\n".utf8))
    }

    @Test func `when nobody reads, nobody waits, and what is lost is counted`() async throws {
        let reader = Reader()
        reader.output.collect { Array("lost \($0)\n".utf8) }
        let text = String(repeating: "x", count: 1023)
        for _ in 0..<4096 { reader.line(text) }
        let reading = Task.detached { try reader.rest() }
        reader.output.flush()
        try reader.pipe.fileHandleForWriting.close()
        let lines = try await reading.value
        let kept = lines.count { $0 == text }
        let lost = lines.compactMap { Int($0.dropFirst("lost ".count)) }.reduce(0, +)
        #expect(kept + lost == 4096)
        #expect(lost >= 1024 && kept >= 1024)
    }

    /// Before, a warning waited for the reader, and with it the thread that had to say it: mail stood still.
    @Test func `when nobody reads, urgent lines wait for nobody either, and come before what is lost`()
        async throws
    {
        let reader = Reader()
        reader.output.collect { Array("lost \($0)\n".utf8) }
        let text = String(repeating: "x", count: 1023)
        let time = ContinuousClock().measure {
            for _ in 0..<4096 { reader.line(text) }
            for number in 0..<50 { reader.line("urgent \(number)", isUrgent: true) }
            for _ in 0..<128 { reader.line(text, isUrgent: true) }
        }
        #expect(time < .seconds(50 * 0.1), "only the first one waits")
        let reading = Task.detached { try reader.rest() }
        reader.output.flush()
        try reader.pipe.fileHandleForWriting.close()
        let lines = try await reading.value
        #expect(lines.count { $0.hasPrefix("urgent ") } == 50)
        let lost = lines.compactMap { Int($0.dropFirst("lost ".count)) }.reduce(0, +)
        #expect(lost > 1024)
        #expect(lines.count { $0 == text } + lost == 4096 + 128)
    }

    @Test func `a reader that comes back is waited for again`() async throws {
        let reader = Reader()
        reader.output.collect { _ in [] }
        let text = String(repeating: "x", count: 200_000)
        reader.line(text, isUrgent: true)
        reader.line("waits for nobody", isUrgent: true)
        func take(upTo end: String) {
            var octets = Data()
            while !octets.suffix(100).contains(Data("\(end)\n".utf8)) {
                octets += reader.pipe.fileHandleForReading.availableData
            }
        }
        take(upTo: "waits for nobody")
        reader.output.flush()
        reader.line("is there", isUrgent: true)
        #expect(reader.pipe.fileHandleForReading.availableData == Data("is there\n".utf8))
    }
}
