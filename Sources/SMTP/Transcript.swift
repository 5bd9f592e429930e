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
        begin("C: ")
        appendEscaped(line.prefix(Self.longestLine))
        end()
    }

    /// The peer said something that is described, not quoted.
    mutating func noticed(_ what: String) {
        begin("C: ")
        append("[\(what)]")
        end()
    }

    /// We answered this.
    mutating func said(_ reply: Reply) {
        guard octets.count < Self.limit else { return }
        reply.forEachLine {
            begin("S: "); appendEscaped($0[...]); end()
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

    private mutating func begin(_ prefix: StaticString) {
        guard octets.count < Self.limit else { return }
        append(prefix.description)
    }

    private mutating func append(_ text: String) {
        guard octets.count < Self.limit else { return }
        octets.append(contentsOf: text.utf8)
    }

    private mutating func appendEscaped(_ line: ArraySlice<UInt8>) {
        guard octets.count < Self.limit else { return }
        for octet in line { octets.append(octet.isControl ? UInt8(ascii: "?") : octet) }
    }

    private mutating func end() {
        guard octets.count < Self.limit else { return }
        octets.append(.lineFeed)
    }
}
