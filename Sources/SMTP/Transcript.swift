/// The dialogue that led to a message, for the operator: what the peer said after `C: `, our replies after `S: `.
///
/// Secrets never get in: of AUTH only the mechanism is kept, of a SASL response only that there was one, and of a line
/// that was not understood only its length, because passwords end up there when a client is out of step.
struct Transcript {
    /// More than this is left out.
    static let limit = 16_384
    /// A line is cut behind this many octets.
    static let longestLine = 512

    private(set) var octets: [UInt8] = []
    private var prefaceEnd = 0

    /// The peer said this command.
    mutating func heard(_ line: [UInt8]) {
        guard octets.count < Self.limit else { return }
        octets.append(contentsOf: "C: ".utf8)
        let start = octets.count
        octets.append(contentsOf: line.prefix(Self.longestLine))
        for index in start..<octets.count where octets[index].isControl { octets[index] = UInt8(ascii: "?") }
        octets.append(.lineFeed)
    }

    /// The peer said something that is described, not quoted.
    mutating func noticed(_ what: String) {
        guard octets.count < Self.limit else { return }
        octets.append(contentsOf: "C: [".utf8)
        octets.append(contentsOf: what.utf8)
        octets.append(contentsOf: "]\n".utf8)
    }

    /// We answered this.
    mutating func said(_ reply: Reply) {
        for index in reply.lines.indices {
            guard octets.count < Self.limit else { return }
            octets.append(contentsOf: "S: ".utf8)
            reply.appendLine(index, to: &octets)
            octets.append(.lineFeed)
        }
    }

    /// All so far belongs to every message of the session.
    mutating func keepAsPreface() {
        prefaceEnd = octets.count
    }

    /// A transaction begins: what belonged to the one before goes.
    mutating func beginTransaction() {
        octets.removeSubrange(min(prefaceEnd, octets.count)...)
    }
}
