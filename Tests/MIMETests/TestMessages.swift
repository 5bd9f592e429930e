import MIME

/// The message whose lines are `text`, read from memory; `\n` stands for CRLF.
func parse(_ text: String, limits: ParseLimits = .standard) -> ParsedMessage {
    parse(octets: octets(text), limits: limits)
}

/// The message of these octets, read from memory.
func parse(octets: [UInt8], limits: ParseLimits = .standard) -> ParsedMessage {
    do { return try MessageParser(limits: limits).parse(MemorySource(octets)) } catch {
        preconditionFailure("\(error)")
    }
}

/// The octets of `text`, with CRLF for `\n`.
func octets(_ text: String) -> [UInt8] {
    text.utf8.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
}

extension ParsedMessage {
    /// Depth, type and section number of every part: `0 multipart/mixed ` and so on.
    var shape: [String] {
        parts.map { "\($0.depth) \($0.contentType.mediaType) \(section(of: $0))" }
    }

    /// The decoded content of the part at `index`, as text.
    func content(_ index: Int) -> String {
        String(decoding: (try? decoded(parts[index])) ?? [], as: UTF8.self)
    }

    /// The codes of what is wrong, contents not counted.
    var codes: [DefectCode] {
        log.entries.map(\.code)
    }

    /// The text for the receiver.
    var receivedText: String {
        guard let bodies = try? bodies() else { return "" }
        var reader = textReader(of: bodies)
        return read { try reader.next(into: &$0) }
    }

    /// The HTML for the receiver.
    var receivedHTML: String {
        guard let bodies = try? bodies() else { return "" }
        var reader = htmlReader(of: bodies)
        return read { try reader.next(into: &$0) }
    }

    /// The content of `attachment`, as text.
    func content(of attachment: Attachment) -> String {
        var reader = reader(of: attachment)
        return read { try reader.next(into: &$0) }
    }

    private func read(_ next: (inout [UInt8]) throws -> Bool) -> String {
        var octets: [UInt8] = []
        while (try? next(&octets)) ?? false {}
        return String(decoding: octets, as: UTF8.self)
    }
}

/// A source that is not in memory, and counts what is read of it.
final class CountingSource: OctetSource, @unchecked Sendable {
    // Unchecked: a test reads from one thread.
    private let source: MemorySource
    /// Octets read so far.
    private(set) var octetsRead = 0

    init(_ octets: [UInt8]) {
        source = MemorySource(octets)
    }

    var count: Int { source.count }

    func read(at offset: Int, into buffer: inout MutableSpan<UInt8>) -> Int {
        let count = source.read(at: offset, into: &buffer)
        octetsRead += count
        return count
    }
}
